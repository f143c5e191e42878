import { z } from 'zod';
import { Id, Position } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Sends a reply on its way again whose delivery failed for good (T6), or that is held since a restore. Another state gets `conflict`.
 * Needs `reply`.
 */
export const replyRetry = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, position: Position.min(1) }),
  result: z.strictObject({}),
});
