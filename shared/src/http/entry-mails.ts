import { z } from 'zod';
import { Id, Position } from '../model/scalars.ts';
import { InboxRef } from './fields.ts';
import { route } from './route.ts';

const params = z.strictObject({
  conversation: Id,
  position: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, 'must be a position')
    .transform(Number)
    .pipe(Position),
});

/** For a frame without scripts and without an origin; its links open in a new tab. */
export const getEntryHtml = route({
  method: 'GET',
  path: '/api/conversations/{conversation}/entries/{position}/html',
  summary: 'The HTML of a mail, sanitised; images of other servers only with `images=1`',
  params,
  query: z.strictObject({ images: z.enum(['0', '1']).optional() }),
  response: z.strictObject({
    /** Images, those of other servers too, have paths on this server (`/files/…`), good for some minutes. */
    html: z.string(),
    /** How many images would come from other servers. */
    remoteImages: z.number().int().nonnegative(),
  }),
  errors: ['not_found'],
});

/** The link is the permission, for one reader of one mail; the server fetches the image and keeps it for a while. */
export const getRemoteImage = route({
  method: 'GET',
  path: '/files/images/{conversation}/{position}/{agent}/{until}/{mac}/{coded}',
  summary: 'An image of a mail that lies on another server, by its link',
  auth: 'none',
  rate: 'unlimited',
  params: params.extend({
    agent: Id,
    until: z.string().regex(/^\d{1,16}$/),
    mac: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    /** Where the image lies, as base64url. */
    coded: z.string().regex(/^[A-Za-z0-9_-]{1,8192}$/),
  }),
  response: z.string(),
  otherTypes: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
  errors: ['not_found'],
});

export const getEntryRaw = route({
  method: 'GET',
  path: '/api/conversations/{conversation}/entries/{position}/raw',
  summary: 'The mail of a message or reply, byte for byte as it came or left',
  params,
  response: z.string(),
  otherTypes: ['message/rfc822'],
  errors: ['not_found'],
});

/** Most bytes of one mail, over SMTP as well. */
export const MAX_MAIL_BYTES = 30 * 1_024 * 1_024;

export const importMail = route({
  method: 'POST',
  path: '/api/inboxes/{inbox}/mails',
  summary: 'File one mail (the bytes of an .eml file) into an inbox, as if it came in now',
  params: z.strictObject({ inbox: InboxRef }),
  rate: 'unlimited',
  bytes: MAX_MAIL_BYTES,
  response: z.strictObject({
    conversationId: Id,
    position: Position,
    /** It was there already. */
    duplicate: z.boolean(),
  }),
  status: 201,
  errors: ['not_found', 'forbidden', 'too_large'],
});
