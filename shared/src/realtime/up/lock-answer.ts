import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * The holder answers a colleague who asks (L12): `pass` ends this lock as `handed_over` and begins the colleague's under the same
 * lease, with a copy of the reply draft; `keep` withdraws the question and counts as activity. A question that is over, or a colleague
 * without a live session: `conflict`. Not holding it: `lock_lost` or `lock_required`.
 */
export const lockAnswer = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, askId: Id, decision: z.enum(['pass', 'keep']) }),
  result: z.strictObject({}),
});
