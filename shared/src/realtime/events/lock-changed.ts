import { z } from 'zod';
import { ConversationRow } from '../../model/conversation.ts';

/**
 * The lock is still the same agent's, or still nobody's: asked "are you still working?", the question withdrawn, the connection
 * lost, or resumed; offered to the next in line, or that offer over; somebody came into the line or went (`waiting`); a colleague
 * asked for it, or that question was answered with "keep" (`ask_over`); a hand-over was offered, or is withdrawn or over. `row.lock`
 * and `row.line` hold people and deadlines. A client takes the row, whatever the step: there may be more of them one day.
 */
export const lockChanged = z.strictObject({
  type: z.literal('lock.changed'),
  step: z.enum([
    'idle_due',
    'kept',
    'connection_lost',
    'resumed',
    'offered',
    'offer_over',
    'waiting',
    'asked_for',
    'ask_over',
    'hand_over',
    'hand_over_over',
  ]),
  row: ConversationRow,
});
