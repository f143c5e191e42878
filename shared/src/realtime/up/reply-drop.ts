import { z } from 'zod';
import { Id, Position } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Decides that a reply which is held since a restore is not sent: it has left already, or is not wanted any more. Its delivery is
 * `failed` with who decided so; `reply.retry` still sends it. Another state gets `conflict`. Needs `reply`.
 */
export const replyDrop = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, position: Position.min(1) }),
  result: z.strictObject({}),
});
