import { LatchboxError, refuse } from '@latchbox/shared';
import type { Handle, Tx } from '../database/database.ts';
import { dropOffer, type LockOffer, offerAt } from '../database/lock-offers.ts';
import { acquireTarget, type AcquireTarget } from '../database/lock-targets.ts';
import { lockByRequest, openLock } from '../database/locks.ts';
import { violates } from '../database/unique-violation.ts';
import { dropPlace } from '../database/waiting-line.ts';
import { type AcquireDeps, type AcquireInput, beginGrant, makeRoom, repeatGrant } from './acquire.ts';
import type { Granted } from './api.ts';
import { beginUnder } from './begin-epoch.ts';
import type { Holder } from './holder.ts';
import { tellLock } from './lock-events.ts';
import { passOn, type Passed, takeUp } from './pass-lock.ts';
import { offeredTo } from './waiting-line.ts';

const ATTEMPTS = 3;

/**
 * Takes what is offered to the agent, under the lease that the offer has or the one that the holder passes on (L11, L12). The
 * row of the offer decides: whoever takes it away first, this or the sweeper at its end, is right.
 */
export async function acceptOffer(deps: AcquireDeps, holder: Holder, input: AcquireInput): Promise<Granted> {
  if (deps.owners.isLost(holder)) throw refuse('offline');
  const { conversationId, requestId } = input;
  for (let attempt = 1; ; attempt += 1) {
    const target = await acquireTarget(deps.db.read, { conversationId, requestId, agentId: holder.agentId });
    const repeated =
      target.granted > 0 ? await lockByRequest(deps.db.read, conversationId, requestId) : undefined;
    if (repeated !== undefined) return await repeatGrant(deps, holder, target, repeated);
    const offer = await offerAt(deps.db.read, conversationId);
    if (offer?.agentId !== holder.agentId)
      throw await notOffered(deps.db.read, holder, conversationId, offer);
    await makeRoom(deps, holder, target);
    try {
      const passed = await deps.db.inTransaction((tx) => accept(tx, deps, holder, target, requestId));
      return await takeUp(deps, holder, target, passed);
    } catch (error) {
      const again = violates(error, 'lock_epochs_open_agent') || violates(error, 'lock_epochs_request');
      if (!again || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The refusal of an accept without an offer. One's own lock is no offer either. */
async function notOffered(
  db: Handle,
  holder: Holder,
  conversationId: string,
  offer: LockOffer | undefined,
): Promise<LatchboxError> {
  const open = await openLock(db, conversationId);
  if (open === undefined) return offer === undefined ? refuse('lock_required') : offeredTo(offer);
  if (open.agentId === holder.agentId) return new LatchboxError('conflict', {});
  const person = { id: open.agentId, name: open.agentName };
  return new LatchboxError('lock_held', { holder: person, since: open.grantedAt });
}

async function accept(
  tx: Tx,
  deps: AcquireDeps,
  holder: Holder,
  target: AcquireTarget,
  requestId: string,
): Promise<Passed> {
  const { conversationId, lockOn } = target;
  await beginGrant(tx, deps, holder, target);
  const offer = await offerAt(tx.db, conversationId);
  if (offer?.agentId !== holder.agentId) throw await notOffered(tx.db, holder, conversationId, offer);
  const old = await openLock(tx.db, conversationId);
  await dropOffer(tx, conversationId, offer.kind);
  if (offer.kind === 'turn') return await takeTurn(tx, deps, holder, { target, requestId, offer });
  const passed =
    old?.epoch !== offer.epoch
      ? undefined
      : await passOn(tx, deps, old, {
          to: holder,
          requestId,
          reason: 'handed_over',
          lockOn,
          note: offer.note,
          withDraft: true,
        });
  if (passed === undefined) throw refuse('lock_required');
  return passed;
}

/** The lock is nobody's, and goes on under the lease of the offer. */
export async function takeTurn(
  tx: Tx,
  deps: Pick<AcquireDeps, 'wake'>,
  holder: Holder,
  turn: { target: AcquireTarget; requestId: string; offer: LockOffer },
): Promise<Passed> {
  const { target, requestId, offer } = turn;
  const { conversationId, lockOn } = target;
  const token = offer.leaseToken;
  // Of whoever takes over what is kept for somebody else.
  await dropPlace(tx, conversationId, holder.agentId);
  const fence = await beginUnder(tx, { conversationId, to: holder, token, requestId, lockOn });
  const row = await tellLock(tx, deps.wake, target, (after) => ({ type: 'lock.granted', row: after }));
  return { fence, lock: row.lock, token, lockOn };
}
