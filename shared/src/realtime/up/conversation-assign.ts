import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Sets or clears the assignee, who must be a member of the inbox (else `not_found`). Needs `reply`, never the lock. */
export const conversationAssign = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, assigneeId: Id.nullable() }),
  result: z.strictObject({}),
});
