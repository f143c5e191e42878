import { z } from 'zod';
import { LockNote } from '../../model/lock.ts';
import { FenceNumber, Id, ServerTime } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** What became of a hand-over. */
export const HandedOver = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('passed') }),
  z.strictObject({ state: z.literal('offered'), until: ServerTime }),
  z.strictObject({ state: z.literal('withdrawn') }),
]);
export type HandedOver = z.infer<typeof HandedOver>;

/**
 * Passes lock and reply draft to a colleague who may reply here (L12). `passed`: in one transaction, under the same lease, to a
 * session of theirs that is there, best one that has the conversation open. `offered`: they have no live session, or hold another
 * lock that this one would end; the holder keeps the lock until `lock.acceptOffer`, at most for the inbox's `handOverTime`. `to: null`
 * withdraws such an offer; a new one replaces it. The draft is copied: a draft that the colleague has already is kept before it.
 * Somebody who may not reply here: `not_found`; oneself: `conflict`. Not holding it: `lock_lost` or `lock_required`.
 */
export const lockHandOver = command({
  rate: 'lock',
  delivery: 'acknowledged',
  input: z.strictObject({ conversationId: Id, fence: FenceNumber, to: Id.nullable(), note: LockNote }),
  result: HandedOver,
});
