import { type LockEnd, type Person, refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { lockAt, locksInScope, locksOfSession, openLock, type OpenLock } from '../database/locks.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { personById } from '../database/people.ts';
import { lockPeriods } from '../database/lock-history.ts';
import { acquireLock, type AcquireDeps } from './acquire.ts';
import type { Locks, LockScope } from './api.ts';
import { acceptOffer } from './accept-offer.ts';
import { answerAsk, askFor } from './asking.ts';
import { endLock } from './end-lock.ts';
import { handOver } from './hand-over.ts';
import { lostError, requireHeld } from './held.ts';
import type { Holder } from './holder.ts';
import { endingsOf, endInLine, inLockingOrder, joinLine, leaveLineOf } from './lines.ts';
import { moveLock } from './move-lock.ts';
import { takeOver } from './take-over.ts';
import { tellStep } from './waiting-line.ts';

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

    move: (holder, input) => moveLock(deps, holder, input),

    join: (holder, { conversationId }) => joinLine(deps, holder, conversationId),

    leaveLine: (holder, { conversationId }) => leaveLineOf(deps, holder, conversationId),

    acceptOffer: (holder, input) => acceptOffer(deps, holder, input),

    ask: (holder, input) => askFor(deps, holder, input),

    answer: (holder, input) => answerAsk(deps, holder, input),

    handOver: (holder, input) => handOver(deps, holder, input),

    takeOver: (holder, input) => takeOver(deps, holder, input),

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

    async endInScope(tx, scope, reason, by) {
      const person: Person | null = by === null ? null : await personById(tx.db, by);
      const locks = await inScope(tx, scope);
      const endings = await endingsOf(tx, deps, scope);
      // All rows before the first event, whose stream is locked to the commit: a send that has one of them needs it too.
      const all = new Map([...locks, ...endings].map((at) => [at.conversationId, at]));
      const inOrder = [...all.values()].sort(inLockingOrder);
      for (const { conversationId } of inOrder) await holdConversation(tx, conversationId);
      for (const { conversationId } of inOrder) {
        const ending = endings.find((one) => one.conversationId === conversationId);
        const step = ending && (await endInLine(tx, deps, ending));
        if (ending !== undefined && step !== undefined) await tellStep(tx, deps, ending, step);
        const lock = locks.find((one) => one.conversationId === conversationId);
        if (lock !== undefined) await endLock(tx, deps, lock, reason, { by: person });
      }
    },

    async history(conversationId, page) {
      const periods = await lockPeriods(db.read, conversationId, page.before, page.limit + 1);
      return { periods: periods.slice(0, page.limit), hasMore: periods.length > page.limit };
    },
  };
}

function inScope(tx: Tx, scope: LockScope): Promise<OpenLock[]> {
  return 'sessionId' in scope ? locksOfSession(tx.db, scope.sessionId) : locksInScope(tx.db, scope);
}
