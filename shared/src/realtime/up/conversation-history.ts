import { z } from 'zod';
import { LockPeriod } from '../../model/lock.ts';
import { FenceNumber, Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Who held the lock when, and why it ended (L19), newest first. */
export const conversationHistory = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({
    conversationId: Id,
    before: FenceNumber.nullable(),
    limit: z.number().int().min(1).max(500),
  }),
  result: z.strictObject({ periods: z.array(LockPeriod), hasMore: z.boolean() }),
});
