import { z } from 'zod';
import { ConversationRow } from '../../model/conversation.ts';

/**
 * The lock is still the same agent's: asked "are you still working?", the question withdrawn, the connection lost, or
 * resumed. `row.lock` holds the deadlines.
 */
export const lockChanged = z.strictObject({
  type: z.literal('lock.changed'),
  step: z.enum(['idle_due', 'kept', 'connection_lost', 'resumed']),
  row: ConversationRow,
});
