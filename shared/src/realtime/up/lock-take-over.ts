import { z } from 'zod';
import { LockNote, LockView } from '../../model/lock.ts';
import { ClientId, FenceNumber, Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Takes the lock away from its holder (L13), where the inbox allows it (`takeOverBy`; always a member who may reply), else `forbidden`.
 * The holder's lock ends as `taken_over` with who did it, and the draft stays the holder's; the act is in the audit log. When
 * nobody holds it, `lock_required`: acquire it. One's own in another session is moved. An offer to another ends with it. Repeating
 * it with the same request id answers the same fence, and `lock_lost` once that grant is over.
 */
export const lockTakeOver = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, requestId: ClientId, note: LockNote }),
  result: z.strictObject({ fence: FenceNumber, lock: LockView }),
});
