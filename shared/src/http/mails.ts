import { z } from 'zod';
import { Attachment } from '../model/attachment.ts';
import { Delivery } from '../model/entry.ts';
import { MailAddress } from '../model/mail.ts';
import { Id, Position, ServerTime } from '../model/scalars.ts';
import { InboxRef, queryInt } from './fields.ts';
import { route } from './route.ts';

/** A reply that left as a mail, or is about to. */
export const LeftMail = z.strictObject({
  id: Id,
  inboxId: Id,
  conversationId: Id,
  /** Of the reply. */
  position: Position.min(1),
  /** When it was made. */
  at: ServerTime,
  /** Who wrote it. */
  author: z.string(),
  /** Of the envelope. */
  sender: z.string(),
  recipients: z.array(z.string()),
  subject: z.string(),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  delivery: Delivery,
});
export type LeftMail = z.infer<typeof LeftMail>;

/** The `next` of a page. */
const LeftPlaceRef = z
  .string()
  .regex(/^\d{1,16}~[A-Za-z0-9_-]{1,64}$/, 'must be the `next` of an earlier page')
  .transform((text) => {
    const at = text.indexOf('~');
    return { at: Number(text.slice(0, at)), id: text.slice(at + 1) };
  })
  .pipe(z.strictObject({ at: z.number().int().max(Number.MAX_SAFE_INTEGER), id: Id }));

export const listMails = route({
  method: 'GET',
  path: '/api/mails',
  summary: 'Mail that left my inboxes, the newest first, a page at a time',
  query: z.strictObject({
    inbox: InboxRef.optional(),
    after: LeftPlaceRef.optional(),
    limit: queryInt(1, 100).optional(),
  }),
  response: z.strictObject({
    mails: z.array(LeftMail),
    /** For `after` of the next page; null on the last one. */
    next: z.string().nullable(),
    /** False: no relay is set, so mail is made and kept, and nothing leaves this server. */
    leaves: z.boolean(),
  }),
  errors: ['not_found'],
});

const params = z.strictObject({ mail: Id });

export const getMail = route({
  method: 'GET',
  path: '/api/mails/{mail}',
  summary: 'One mail that left: its headers, its text, and every attempt to hand it over',
  params,
  response: LeftMail.extend({
    from: MailAddress,
    to: z.array(MailAddress),
    /** In their order, decoded. */
    headers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    text: z.string(),
    attachments: z.array(Attachment),
    attempts: z.array(
      z.strictObject({
        at: ServerTime,
        endedAt: ServerTime.nullable(),
        /** Null: nobody knows whether it was taken; the customer may have this copy, too. */
        outcome: z.enum(['accepted', 'refused', 'unreachable']).nullable(),
        error: z.string().nullable(),
      }),
    ),
  }),
  errors: ['not_found'],
});

export const getMailRaw = route({
  method: 'GET',
  path: '/api/mails/{mail}/raw',
  summary: 'One mail that left, byte for byte',
  params,
  response: z.string(),
  otherTypes: ['message/rfc822'],
  errors: ['not_found'],
});
