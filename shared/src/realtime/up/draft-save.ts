import { z } from 'zod';
import { DraftKind } from '../../model/conversation.ts';
import { DraftBody, Id, ServerTime } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Saves the agent's draft; never needs the lock (L15). `revision` is the one this text was made from; another one on the
 * server refuses with `conflict` and the text that stands there. An empty body deletes the draft. Reply drafts need
 * `reply`, note drafts `read`.
 */
export const draftSave = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({
    conversationId: Id,
    kind: DraftKind,
    body: DraftBody,
    revision: z.number().int().nonnegative(),
  }),
  result: z.strictObject({ revision: z.number().int().positive(), savedAt: ServerTime }),
});
