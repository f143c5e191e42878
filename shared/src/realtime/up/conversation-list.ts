import { z } from 'zod';
import { ConversationRow, ConversationStatus } from '../../model/conversation.ts';
import { Id, Position, ServerTime } from '../../model/scalars.ts';
import { Cursor } from '../cursor.ts';
import { command } from '../command.ts';

export const Assignee = z.union([z.enum(['me', 'none', 'others']), Id]);

export const ListFilter = z.strictObject({
  inboxIds: z.array(Id).max(1_000).optional(),
  status: ConversationStatus.optional(),
  /** `others`: a colleague; an id is an agent's or a team's. */
  assignee: Assignee.optional(),
  /** What I have not read (true), or have (false). */
  unread: z.boolean().optional(),
});
export type ListFilter = z.infer<typeof ListFilter>;

/**
 * A page of conversations, newest first, of the inboxes the agent may see (an inbox that is not gets `not_found`). All
 * rows and `asOf` are read in one read transaction: an event with a sequence number up to that of its stream in `asOf` is
 * already in the rows.
 */
export const conversationList = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({
    filter: ListFilter,
    after: z.strictObject({ lastAt: ServerTime, id: Id }).nullable(),
    limit: z.number().int().min(1).max(100),
  }),
  result: z.strictObject({
    rows: z.array(ConversationRow),
    /** Read marks of the asking agent for these rows; a conversation without one was never read. */
    reads: z.record(Id, Position),
    hasMore: z.boolean(),
    asOf: z.array(Cursor),
  }),
});
