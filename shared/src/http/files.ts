import { z } from 'zod';
import { Attachment, MAX_ATTACHMENT_BYTES } from '../model/attachment.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { route } from './route.ts';

/** Asked for with the bytes as they are; the name without a path, the media type as the caller knows it. */
export const uploadAttachment = route({
  method: 'POST',
  path: '/api/attachments',
  summary: 'Upload a file for a reply or note; one that nothing takes is deleted after a day',
  query: z.strictObject({
    name: z.string().min(1).max(1_000),
    /** Default `application/octet-stream`. */
    type: z.string().max(127).optional(),
  }),
  bytes: MAX_ATTACHMENT_BYTES,
  response: Attachment,
  status: 201,
  errors: ['too_large', 'limit'],
});

/** For the uploader as long as nothing took the file, then for whoever may read the conversation. */
export const linkAttachment = route({
  method: 'GET',
  path: '/api/attachments/{attachment}/link',
  summary: 'An address that serves the file to whoever has it, for some minutes',
  params: z.strictObject({ attachment: Id }),
  response: z.strictObject({
    /** Path on this server, as in `/files/att_1/1767225600000/…/invoice.pdf`. */
    url: z.string(),
    until: ServerTime,
  }),
  errors: ['not_found'],
});

/** Served to be saved, never to be shown as a page; images that are what they say may be shown in one. */
export const getFile = route({
  method: 'GET',
  path: '/files/{attachment}/{until}/{mac}/{name}',
  summary: 'The bytes of a file, by its link',
  auth: 'none',
  rate: 'unlimited',
  params: z.strictObject({
    attachment: Id,
    until: z.string().regex(/^\d{1,16}$/),
    mac: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    /** For people; the link is as good with any other. */
    name: z.string(),
  }),
  response: z.string(),
  otherTypes: ['application/octet-stream', 'image/png', 'image/jpeg', 'image/gif', 'image/webp'],
  errors: ['not_found'],
});
