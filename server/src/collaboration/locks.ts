import { type LockEnd, refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { lockAt, openLock, type OpenLock } from '../database/locks.ts';
import { lockTarget } from '../database/lock-targets.ts';
import { lockPeriods } from '../database/lock-history.ts';
import { acquireLock, type AcquireDeps } from './acquire.ts';
import type { Locks } from './api.ts';
import { acceptOffer } from './accept-offer.ts';
import { endInScope } from './end-in-scope.ts';
import { endLock } from './end-lock.ts';
import { handInScope } from './hand-in-scope.ts';
import { lostError, requireHeld } from './held.ts';
import type { Holder } from './holder.ts';
import { createPassing } from './passing.ts';

const isHolders = (lock: OpenLock, holder: Holder) =>
  lock.endedAt === null && lock.agentId === holder.agentId && lock.sessionId === holder.sessionId;

/** The locks of all conversations, as sockets and REST use them. */
export function createLocks(deps: AcquireDeps): Locks {
  const { db } = deps;

  async function endOwn(
    holder: Holder,
    find: (tx: Tx) => Promise<OpenLock | undefined>,
    reason: LockEnd,
  ): Promise<boolean> {
    return await db.inTransaction(async (tx) => {
      const lock = await find(tx);
      return lock !== undefined && isHolders(lock, holder) && (await endLock(tx, deps, lock, reason));
    });
  }

  return {
    acquire: (holder, input) => acquireLock(deps, holder, input, acceptOffer),

    ...createPassing(deps),

    async release(holder, input) {
      return {
        held: await endOwn(holder, (tx) => lockAt(tx.db, input.conversationId, input.fence), input.reason),
      };
    },

    async leave(holder, conversationId) {
      // Most who leave only looked: they cost no transaction.
      const lock = await openLock(db.read, conversationId);
      if (lock === undefined || !isHolders(lock, holder)) return;
      await endOwn(holder, (tx) => openLock(tx.db, conversationId), 'left');
    },

    async stay(holder, input) {
      const lock = await requireHeld(deps, holder, input);
      const kept = await deps.owners.keep(lock.conversationId, lock.epoch);
      if (!kept) await requireHeld(deps, holder, input);
    },

    activity: (holder, conversationId, kind) => deps.owners.activity(holder.sessionId, conversationId, kind),

    async renew(holder, input) {
      const lock = await requireHeld(deps, holder, input);
      const target = await lockTarget(db.read, input.conversationId);
      if (target === undefined) throw refuse('not_found');
      const before = deps.clock.now();
      const answer = await deps.leases.extend(lock.conversationId, lock.leaseToken, target.lockTtl);
      if (answer === 'gone') {
        await endOwn(holder, (tx) => lockAt(tx.db, input.conversationId, input.fence), 'expired');
        throw await lostError(db.read, input, 'expired');
      }
      return { renewBefore: before + Math.floor((target.lockTtl * 2) / 3) };
    },

    endInScope: (tx, ...scope) => endInScope(tx, deps, ...scope),
    handInScope: (tx, ...hand) => handInScope(tx, deps, ...hand),

    async history(conversationId, page) {
      const periods = await lockPeriods(db.read, conversationId, page.before, page.limit + 1);
      return { periods: periods.slice(0, page.limit), hasMore: periods.length > page.limit };
    },
  };
}
