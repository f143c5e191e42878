import { z } from 'zod';
import { LockView } from '../../model/lock.ts';
import { ClientId, FenceNumber, Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Moves the agent's own lock from its other tab or device to this session (L14): the old epoch ends as `moved` and a new one
 * begins under the same lease, so that nobody slips in between. When this session holds it already that is the answer; when nobody
 * holds it, `lock_required`: acquire it; somebody else, `lock_held`. Repeating it with the same request id answers the same fence,
 * and `lock_lost` once that grant is over.
 */
export const lockMove = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, requestId: ClientId }),
  result: z.strictObject({ fence: FenceNumber, lock: LockView }),
});
