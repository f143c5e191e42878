import { z } from 'zod';
import { ConversationRow, DraftKind } from '../../model/conversation.ts';
import { Entry } from '../../model/entry.ts';
import { Typist, Viewer } from '../../model/presence.ts';
import { Id, Position, ServerTime } from '../../model/scalars.ts';
import { Cursor } from '../cursor.ts';
import { command } from '../command.ts';

export const OwnDraft = z.strictObject({
  kind: DraftKind,
  body: z.string(),
  revision: z.number().int().nonnegative(),
  savedAt: ServerTime,
});
export type OwnDraft = z.infer<typeof OwnDraft>;

/**
 * The thread of a conversation: its row, its newest entries and the agent's own drafts, read in one read transaction. With
 * `view` the session counts as a viewer until `conversation.leave` or until its connection is gone. Reading never needs
 * the lock (L1): take it with `lock.acquire`.
 */
export const conversationOpen = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, view: z.boolean(), limit: z.number().int().min(1).max(200) }),
  result: z.strictObject({
    row: ConversationRow,
    entries: z.array(Entry),
    hasMore: z.boolean(),
    read: Position,
    drafts: z.array(OwnDraft),
    viewers: z.array(Viewer),
    typists: z.array(Typist),
    asOf: Cursor,
  }),
});
