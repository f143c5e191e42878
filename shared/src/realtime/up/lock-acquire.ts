import { z } from 'zod';
import { LockView } from '../../model/lock.ts';
import { ClientId, FenceNumber, Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Takes the conversation's lock for this session, or refuses with `lock_held` (naming the holder), `lock_elsewhere` (this
 * agent holds it in another session), `forbidden` (may not reply), `limit` or `coordination_unavailable`. Repeating it
 * with the same request id while that grant is the newest answers the same fence; once that grant is over, `lock_lost` says why it
 * ended, and a new request id asks again. The request id of another session: `conflict`. A session that goes on over another
 * connection gets `offline` on the older one, and one that is over `closed`. In an inbox with `lockOn: open` the agent's other
 * lock of that kind ends first (`switched`). Acquiring counts as activity.
 */
export const lockAcquire = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, requestId: ClientId }),
  result: z.strictObject({ fence: FenceNumber, lock: LockView }),
});
