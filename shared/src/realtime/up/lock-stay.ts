import { z } from 'zod';
import { FenceNumber, Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * "Yes, still working": withdraws the open question and counts as activity (L4). Also sent for the first keystroke during
 * the question, because a volatile signal could be lost. Not holding it gets `lock_lost` or `lock_required`.
 */
export const lockStay = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, fence: FenceNumber }),
  result: z.strictObject({}),
});
