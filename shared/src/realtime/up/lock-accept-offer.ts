import { z } from 'zod';
import { LockView } from '../../model/lock.ts';
import { ClientId, FenceNumber, Id } from '../../model/scalars.ts';
import { command } from '../command.ts';

/**
 * Takes what is offered to this agent: its turn in the waiting line (L11), or a hand-over while it was away (L12; the draft comes
 * along). The lease is passed on, so that nobody slips in between. Without an offer: `lock_held` names the holder or whom it is offered to,
 * `lock_required` says that it is free: acquire it. In an inbox with `lockOn: open` the agent's other lock of that kind ends first
 * (`switched`). Repeating it with the same request id answers the same fence, and `lock_lost` once that grant is over.
 */
export const lockAcceptOffer = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, requestId: ClientId }),
  result: z.strictObject({ fence: FenceNumber, lock: LockView }),
});
