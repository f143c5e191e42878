import { z } from 'zod';
import { isMailAddress, MAX_RECIPIENTS } from '../mail-address.ts';

// Would begin a new line in a header.
const BREAKS = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]');

/** Somebody to write to. */
export const Recipient = z.strictObject({
  name: z
    .string()
    .max(200)
    .refine(
      (text) => !BREAKS.test(text) && text.isWellFormed(),
      'must be one line without control characters',
    )
    .optional(),
  address: z.string().max(320).refine(isMailAddress, 'must be a mail address'),
});
export type Recipient = z.infer<typeof Recipient>;

const some = z.array(Recipient).max(MAX_RECIPIENTS);

/** For whom a reply is (T11). An address that is named twice gets it once, in the first place of To, Cc, Bcc. */
export const Recipients = z
  .strictObject({ to: some.min(1), cc: some.optional(), bcc: some.optional() })
  .refine(
    ({ to, cc = [], bcc = [] }) => to.length + cc.length + bcc.length <= MAX_RECIPIENTS,
    `must be at most ${MAX_RECIPIENTS} together`,
  );
export type Recipients = z.infer<typeof Recipients>;
