import { z } from 'zod';
import { ConversationRow } from '../../model/conversation.ts';

/** The row is another one, and nothing was added to the thread: its contact has another owner (M8). */
export const conversationChanged = z.strictObject({
  type: z.literal('conversation.changed'),
  row: ConversationRow,
});
