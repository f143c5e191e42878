import { z } from 'zod';
import { MAX_ATTACHMENTS } from '../../model/attachment.ts';
import { Entry } from '../../model/entry.ts';
import { ClientId, Id, MessageBody } from '../../model/scalars.ts';
import { Cursor } from '../cursor.ts';
import { command } from '../command.ts';

/** Adds an internal note; needs membership, never the lock (L1). The same client id twice stores one. */
export const noteAdd = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({
    conversationId: Id,
    clientId: ClientId,
    body: MessageBody,
    attachments: z.array(Id).max(MAX_ATTACHMENTS).optional(),
  }),
  result: z.strictObject({ entry: Entry, asOf: Cursor }),
});
