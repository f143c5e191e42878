import { z } from 'zod';
import { Id, ServerTime } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * "Tell me when it is free" (L11): a place at the end of the conversation's waiting line, one an agent, whichever of its sessions
 * asks. Being in it already keeps the place. When nobody holds it or is offered it, it is offered to the first in line at once.
 * `held`: this agent holds it already, and does not wait. Refused with `not_found`, `forbidden` (may not reply) or `limit`.
 * Places end with `lock.leaveLine`, with the lock, with a reply of one's own, and with the agent's membership or last session.
 */
export const lockJoin = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id }),
  result: z.discriminatedUnion('state', [
    /** `place` counts from 1. */
    z.strictObject({ state: z.literal('waiting'), place: z.number().int().min(1) }),
    z.strictObject({ state: z.literal('offered'), until: ServerTime }),
    z.strictObject({ state: z.literal('held') }),
  ]),
});
