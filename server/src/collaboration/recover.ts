import { allAsks, moveAskDeadline } from '../database/lock-asks.ts';
import { allOffers, moveOfferEnd } from '../database/lock-offers.ts';
import type { EndDeps } from './end-lock.ts';
import { markGone } from '../database/lock-steps.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { openLocks, type OpenLock } from '../database/locks.ts';
import { tellLock } from './lock-events.ts';
import { lockKey } from './sweeper.ts';
import { tellStep } from './waiting-line.ts';

/**
 * Before the port of a server that is alone opens: every lock that is still open gets its lease back, for as long as a holder
 * has one. Else whoever comes first, while the graces are still being written, would be given what somebody else holds.
 * Answers these locks, as the process before left them.
 */
export async function keepLeases(deps: Pick<EndDeps, 'db' | 'leases'>): Promise<readonly OpenLock[]> {
  const left = await openLocks(deps.db.read, {});
  for (const lock of left) {
    const target = await lockTarget(deps.db.read, lock.conversationId);
    if (target !== undefined) await deps.leases.restore(lock.conversationId, lock.leaseToken, target.lockTtl);
  }
  for (const { conversationId, leaseToken, kind } of await allOffers(deps.db.read, {})) {
    const target = kind === 'turn' ? await lockTarget(deps.db.read, conversationId) : undefined;
    if (target !== undefined) await deps.leases.restore(conversationId, leaseToken, target.offerTime);
  }
  return left;
}

/**
 * Once the port is open, everything that somebody has to answer in time begins its time anew: nobody could answer while the
 * server was away.
 */
export async function recoverTimes(deps: EndDeps): Promise<void> {
  for (const offer of await allOffers(deps.db.read, {})) {
    await deps.db.inTransaction(async (tx) => {
      await holdConversation(tx, offer.conversationId);
      const target = await lockTarget(tx.db, offer.conversationId);
      if (target === undefined) return;
      const turn = offer.kind === 'turn';
      const until = tx.now + (turn ? target.offerTime : target.handOverTime);
      if (await moveOfferEnd(tx, offer.conversationId, until))
        await tellStep(tx, deps, offer, turn ? 'offered' : 'hand_over');
    });
  }
  for (const ask of await allAsks(deps.db.read, {})) {
    await deps.db.inTransaction(async (tx) => {
      await holdConversation(tx, ask.conversationId);
      const target = await lockTarget(tx.db, ask.conversationId);
      if (target === undefined || !(await moveAskDeadline(tx, ask.id, tx.now + target.askGrace))) return;
      await tellStep(tx, deps, ask, 'asked_for');
    });
  }
}

/**
 * Once the port is open, every lock of `left` whose holder has not come back already gets one reconnect grace, counted from
 * now. Answers the keys of these locks: those that end by this grace end as `restarted`.
 */
export async function recoverLocks(deps: EndDeps, left: readonly OpenLock[]): Promise<ReadonlySet<string>> {
  const recovered = new Set<string>();
  for (const lock of left) if (await startGrace(deps, lock)) recovered.add(lockKey(lock));
  return recovered;
}

/** False when the lock is over, goes on over a newer connection, or has no connection to lose. */
async function startGrace(deps: EndDeps, lock: OpenLock): Promise<boolean> {
  // A REST holder's next renew call decides, within one length of its lease.
  if (lock.sessionKind === 'rest') return false;
  return await deps.db.inTransaction(async (tx) => {
    await holdConversation(tx, lock.conversationId);
    const target = await lockTarget(tx.db, lock.conversationId);
    if (target === undefined) return false;
    if (!(await markGone(tx, lock, tx.now + target.reconnectGrace))) return false;
    await tellLock(tx, deps.wake, lock, (row) => ({ type: 'lock.changed', step: 'connection_lost', row }));
    return true;
  });
}
