import { z } from 'zod';

/** Most recipients of one reply, To, Cc and Bcc together. */
export const MAX_RECIPIENTS = 50;

// No spaces, quotes, brackets, separators, controls or invisible marks: nothing of an address can become another one, or a header.
const LOCAL = /^(?!\.)(?!.*\.\.)(?!.*\.$)[^\s@<>()[\]\\,;:"\p{C}\p{Z}]{1,64}$/u;
const LABEL = /^(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?<!-)$/u;

/** A mail address as it may be written to. Letters of any script; a local part of more than ASCII needs a relay with SMTPUTF8. */
function isWritable(address: string): boolean {
  const at = address.lastIndexOf('@');
  const labels = address.slice(at + 1).split('.');
  return (
    at > 0 &&
    address.isWellFormed() &&
    LOCAL.test(address.slice(0, at)) &&
    labels.length > 1 &&
    address.length - at <= 254 &&
    labels.every((label) => LABEL.test(label))
  );
}

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
  address: z.string().max(320).refine(isWritable, 'must be a mail address'),
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
