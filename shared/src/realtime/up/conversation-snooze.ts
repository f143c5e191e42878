import { z } from 'zod';
import { Id, ServerTime } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Puts a conversation out of the way until a time (T1), at least a second and at most two years from now (`invalid`). It comes
 * back by itself then, or when the customer writes. Needs `reply`, never the lock. Snoozing again sets the new time.
 */
export const conversationSnooze = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, until: ServerTime }),
  result: z.strictObject({}),
});
