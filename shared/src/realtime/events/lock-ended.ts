import { z } from 'zod';
import { Person } from '../../model/agent.ts';
import { ConversationRow } from '../../model/conversation.ts';
import { LockEnd } from '../../model/lock.ts';
import { FenceNumber } from '../../model/scalars.ts';

/** The lock with this fence is over, and why. `by`: who ended it, where it was neither the holder nor the clock. */
export const lockEnded = z.strictObject({
  type: z.literal('lock.ended'),
  fence: FenceNumber,
  holder: Person,
  reason: LockEnd,
  by: Person.nullable(),
  row: ConversationRow,
});
