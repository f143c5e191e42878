import { z } from 'zod';
import { ConversationStatus } from '../../model/conversation.ts';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Archives or reopens (T1). Needs `reply`, never the lock. Setting what is set already changes nothing. */
export const conversationStatus = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, status: ConversationStatus }),
  result: z.strictObject({}),
});
