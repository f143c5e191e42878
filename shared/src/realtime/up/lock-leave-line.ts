import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Gives up the agent's place in the waiting line, declines what is offered to it (the next in line is offered the lock), and
 * takes back what it asked for. `waiting: false`: there was none of it.
 */
export const lockLeaveLine = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id }),
  result: z.strictObject({ waiting: z.boolean() }),
});
