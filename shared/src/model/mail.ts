import { z } from 'zod';

export const MailAddress = z.strictObject({ name: z.string().max(200), address: z.string().max(320) });
export type MailAddress = z.infer<typeof MailAddress>;

/** What a message has because it came as a mail. Absent flags are false. */
export const MailFacts = z.strictObject({
  /** From, as the mail says it. Another one than the contact where Reply-To named the contact. */
  from: MailAddress,
  to: z.array(MailAddress).max(100),
  cc: z.array(MailAddress).max(100),
  /** Its own subject; the conversation keeps its first one. */
  subject: z.string().max(500),
  /** There is an HTML form, to be fetched sanitised. */
  html: z.literal(true).optional(),
  /** Written by a machine (RFC 3834): it reopened nothing. */
  automatic: z.literal(true).optional(),
  /** Threaded by its ids, from an address that had not taken part. */
  newParticipant: z.literal(true).optional(),
  /** Where it asks to be answered to, and that is somebody else than From: both are shown. */
  replyTo: MailAddress.optional(),
  /** Somebody passes on what another one wrote: who that is, as the forwarded mail says it, and nobody vouches for it. */
  forwarded: z.strictObject({ from: MailAddress, subject: z.string().max(500) }).optional(),
  /** Too many mails too fast, or machines that answer each other: nothing answers this sender by itself any more. */
  answersStopped: z.literal(true).optional(),
  /** A colleague wrote it with one of our own mailboxes, in another mail program: no message of the customer. */
  sentElsewhere: z.literal(true).optional(),
  /** `body` is not all of the text: the raw mail has the rest. */
  cut: z.literal(true).optional(),
  /** It could not be read, and why; its raw form is kept. */
  problem: z.string().max(300).optional(),
});
export type MailFacts = z.infer<typeof MailFacts>;

/** Envelope of a reply that leaves as a mail. */
export const MailOut = z.strictObject({
  from: MailAddress,
  /** Where answers are wanted, if not at From (A1). */
  replyTo: MailAddress.optional(),
  to: z.array(MailAddress).max(100),
  cc: z.array(MailAddress).max(100).optional(),
  /** Told to the team alone: no recipient reads of them. */
  bcc: z.array(MailAddress).max(100).optional(),
  subject: z.string().max(500),
});
export type MailOut = z.infer<typeof MailOut>;

/** A part of a body to be folded, not deleted: UTF-16 offsets, `from` included, `to` not. In order, not overlapping. */
export const Fold = z.strictObject({
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
  what: z.enum(['quote', 'signature']),
});
export type Fold = z.infer<typeof Fold>;

/** What is left of a body when its folds are closed, without space around it. */
export function visibleText(body: string, folds: readonly Fold[] | undefined): string {
  let text = '';
  let at = 0;
  for (const { from, to } of folds ?? []) {
    text += body.slice(at, from);
    at = to;
  }
  return (text + body.slice(at)).trim();
}
