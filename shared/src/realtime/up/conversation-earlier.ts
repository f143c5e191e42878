import { z } from 'zod';
import { ConversationRow } from '../../model/conversation.ts';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Other conversations of the same contact in the inboxes that the agent may see, newest first. */
export const conversationEarlier = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, limit: z.number().int().min(1).max(50) }),
  result: z.strictObject({ rows: z.array(ConversationRow), hasMore: z.boolean() }),
});
