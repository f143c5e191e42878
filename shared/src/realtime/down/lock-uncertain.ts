import { z } from 'zod';
import { FenceNumber, Id } from '../../model/scalars.ts';

/** To the holder alone: the lease can not be renewed right now. Sends still work; the fence decides. Volatile. */
export const lockUncertain = z.strictObject({
  t: z.literal('lock.uncertain'),
  conversationId: Id,
  fence: FenceNumber,
  uncertain: z.boolean(),
});
