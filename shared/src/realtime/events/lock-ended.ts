import { z } from 'zod';
import { Person } from '../../model/agent.ts';
import { ConversationRow } from '../../model/conversation.ts';
import { LockEnd, LockNote } from '../../model/lock.ts';
import { FenceNumber } from '../../model/scalars.ts';

/**
 * The lock with this fence is over, and why. `by`: who ended it, where it was neither the holder nor the clock. `note`: what was
 * said along with passing it on or taking it over; who has it next, the `lock.granted` that follows says.
 */
export const lockEnded = z.strictObject({
  type: z.literal('lock.ended'),
  fence: FenceNumber,
  holder: Person,
  reason: LockEnd,
  by: Person.nullable(),
  note: LockNote.optional(),
  row: ConversationRow,
});
