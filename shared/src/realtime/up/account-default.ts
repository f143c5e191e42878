import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Sets this agent's default inbox, whose first account new messages leave from unless another is chosen (W2); null: none. Needs `reply`. */
export const accountDefault = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ inboxId: Id.nullable() }),
  result: z.strictObject({}),
});
