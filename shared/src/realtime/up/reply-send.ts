import { z } from 'zod';
import { MAX_ATTACHMENTS } from '../../model/attachment.ts';
import { Entry } from '../../model/entry.ts';
import { ClientId, FenceNumber, Id, MessageBody, Position } from '../../model/scalars.ts';
import { Cursor } from '../cursor.ts';
import { command } from '../command.ts';

/**
 * Stores a reply and puts it into the outbox, if the fence is the conversation's newest (L5), nothing newer than `lastSeen`
 * is in the thread (L7), and no reply with this client id is stored yet: then the stored one is the answer (L6). Refused
 * with `lock_lost`, `lock_required`, `thread_moved_on`, `idempotency_mismatch`, `forbidden`. The agent's reply draft is
 * deleted in the same transaction. `then`: `stay` keeps an open-mode lock; `archive` ends it and archives; in compose mode
 * sending always ends the lock.
 */
export const replySend = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({
    conversationId: Id,
    clientId: ClientId,
    fence: FenceNumber,
    lastSeen: Position,
    body: MessageBody,
    /** Files that this agent uploaded and nothing took yet; else `not_found`. */
    attachments: z.array(Id).max(MAX_ATTACHMENTS).optional(),
    then: z.enum(['stay', 'archive']),
  }),
  result: z.strictObject({ entry: Entry, asOf: Cursor }),
});
