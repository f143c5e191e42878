import { z } from 'zod';
import { Id } from './scalars.ts';

/** Most bytes of one file. */
export const MAX_ATTACHMENT_BYTES = 25 * 1_024 * 1_024;
/** Most files of one reply or note. */
export const MAX_ATTACHMENTS = 20;

/** A file of a message, reply or note (T5). Its bytes are fetched through a link that lives for some minutes. */
export const Attachment = z.strictObject({
  id: Id,
  /** As its sender named it, without a path. */
  name: z.string().min(1).max(255),
  /** Media type as the sender said it, `application/octet-stream` where nothing was said. Not to be trusted. */
  type: z.string().max(127),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** Set where the HTML of the mail shows it in its text; it need not stand below the message as well. */
  inline: z.literal(true).optional(),
});
export type Attachment = z.infer<typeof Attachment>;
