import { z } from 'zod';
import { Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Sets or clears the assignee, who must be a member of the inbox (else `not_found`) and may reply there (else `refused`). Needs `reply`, never the lock. `teamId`: the team that
 * answers for it, one with somebody who may reply there (else `not_found`); left out it stays, or goes with an assignee that is cleared.
 */
export const conversationAssign = command({
  rate: 'write',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, assigneeId: Id.nullable(), teamId: Id.nullable().optional() }),
  result: z.strictObject({}),
});
