import { z } from 'zod';

/** An opaque identifier: 1 to 64 characters of A–Z, a–z, 0–9, `_` and `-`. */
export const Id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);

/** Milliseconds since 1970 on the server's clock. Deadlines cross the wire in this unit, durations never do. */
export const ServerTime = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
export type ServerTime = z.infer<typeof ServerTime>;

/** The number of a lock epoch: grows with every acquisition of a conversation, is never used twice (L5). */
export const FenceNumber = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** Place of an entry in its conversation: dense, from 1, by arrival. 0 stands for "nothing seen yet". */
export const Position = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** Place of an event in its stream: dense, from 1. 0 stands for "before the first event". */
export const Seq = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** Chosen by the client for one act (a send, an acquire), so that a repetition is recognised (L6). */
export const ClientId = z
  .string()
  .min(8)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);

/** `inbox:<id>` or `agent:<id>`. */
export const StreamId = z
  .string()
  .max(72)
  .regex(/^(inbox|agent):[A-Za-z0-9_-]{1,64}$/);
export type StreamId = z.infer<typeof StreamId>;

export const MAX_BODY_BYTES = 65_536;

// C0 controls other than tab, line feed and carriage return never belong to a text (and Postgres refuses NUL).
const CONTROL = new RegExp('[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]');
// Spaces, separators, zero-width and direction marks: a text of nothing else says nothing.
const ONLY_INVISIBLE =
  /^[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]*$/u;

/** True when a text has a visible character in it. */
export function isVisible(text: string): boolean {
  return !ONLY_INVISIBLE.test(text);
}

// Control characters and line separators: a line ends up in mail headers, logs and CSV cells, where they would begin a new one.
const BREAKS = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]');

/** True for a text that stays one line wherever it is put. */
export function isOneLine(text: string): boolean {
  return !BREAKS.test(text);
}

/** A text of one line, possibly empty. */
export const oneLine = (max: number) =>
  z
    .string()
    .max(max)
    .refine(isOneLine, 'must be one line without control characters')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

const utf8 = new TextEncoder();

/** Text of a draft: may be empty, at most 64 KiB as UTF-8, well-formed Unicode, no control characters. */
export const DraftBody = z
  .string()
  .max(MAX_BODY_BYTES)
  .refine((text) => !CONTROL.test(text), 'must not contain control characters')
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode (a surrogate stands alone)')
  .refine((text) => utf8.encode(text).length <= MAX_BODY_BYTES, `must be at most ${MAX_BODY_BYTES} bytes`);

/** Text of a reply, note or customer message: as a draft, and with something visible in it. */
export const MessageBody = DraftBody.refine(isVisible, 'must not be empty');
