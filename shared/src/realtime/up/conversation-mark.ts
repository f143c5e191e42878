import { z } from 'zod';
import { Id, Position } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Sets the agent's own read mark: everything up to `read` counts as read. Marking unread sets it before the newest customer
 * message. Never beyond the newest entry (`invalid`).
 */
export const conversationMark = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, read: Position }),
  result: z.strictObject({}),
});
