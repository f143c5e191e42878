import { z } from 'zod';
import { MAX_ATTACHMENTS } from '../../model/attachment.ts';
import { Entry } from '../../model/entry.ts';
import { Forward } from '../../model/forward.ts';
import { Recipients } from '../../model/recipients.ts';
import { ClientId, DraftBody, FenceNumber, Id, isVisible, Position } from '../../model/scalars.ts';
import { Cursor } from '../cursor.ts';
import { command } from '../command.ts';

/** How a mail is addressed (T11); on another channel each of these is `invalid`. */
export const ADDRESSED = {
  /** `all`: whoever wrote and was written to in the newest mail of a person, without addresses of ours. Left out: the contact. */
  recipients: z.union([Recipients, z.literal('all')]).optional(),
  /** From which address of the inbox; left out: from the one that the contact wrote to. Another one is `invalid`. */
  from: z.string().max(320).optional(),
  /** Passes this message or reply on, with its files. Needs `recipients`. Notes and activity are `invalid`. */
  forward: Forward.optional(),
} as const;

/** Whether there is a text, or something that is passed on without one. */
export function saysSomething(input: { readonly body: string; readonly forward?: unknown }): boolean {
  return input.forward !== undefined || isVisible(input.body);
}

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
  input: z
    .strictObject({
      conversationId: Id,
      clientId: ClientId,
      fence: FenceNumber,
      lastSeen: Position,
      /** May be empty where something is passed on. */
      body: DraftBody,
      /** Files that this agent uploaded and nothing took yet; else `not_found`. */
      attachments: z.array(Id).max(MAX_ATTACHMENTS).optional(),
      ...ADDRESSED,
      then: z.enum(['stay', 'archive']),
    })
    .refine(saysSomething, { message: 'must not be empty', path: ['body'] }),
  result: z.strictObject({ entry: Entry, asOf: Cursor }),
});
