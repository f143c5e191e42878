import { z } from 'zod';
import { FenceNumber, Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Gives the lock back: `released`, or `declined` when it answers "are you still working?" with no. A fence that is not this
 * session's open lock changes nothing and answers `held: false`.
 */
export const lockRelease = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, fence: FenceNumber, reason: z.enum(['released', 'declined']) }),
  result: z.strictObject({ held: z.boolean() }),
});
