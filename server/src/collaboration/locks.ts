import { LatchboxError, type LockEnd, type Person, refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { lockAt, locksInScope, locksOfSession, openLock, type OpenLock } from '../database/locks.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { personById } from '../database/people.ts';
import { lockPeriods } from '../database/lock-history.ts';
import { acquireLock, type AcquireDeps } from './acquire.ts';
import type { Locks, LockScope } from './api.ts';
import { endLock } from './end-lock.ts';
import { moveLock } from './move-lock.ts';
import type { Holder } from './holder.ts';

interface Held {
  readonly conversationId: string;
  readonly fence: number;
}

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
    acquire: (holder, input) => acquireLock(deps, holder, input),

    move: (holder, input) => moveLock(deps, holder, input),

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
        throw await lostError(deps, input, 'expired');
      }
      return { renewBefore: before + Math.floor((target.lockTtl * 2) / 3) };
    },

    async endInScope(tx, scope, reason, by) {
      const person: Person | null = by === null ? null : await personById(tx.db, by);
      const locks = await inScope(tx, scope);
      // All rows before the first event, whose stream is locked to the commit: a send that has one of them needs it too.
      for (const { conversationId } of locks) await holdConversation(tx, conversationId);
      for (const lock of locks) await endLock(tx, deps, lock, reason, { by: person });
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

/** The open lock of this session under this fence, or the refusal that says what became of it. */
async function requireHeld(deps: AcquireDeps, holder: Holder, input: Held): Promise<OpenLock> {
  const lock = await lockAt(deps.db.read, input.conversationId, input.fence);
  if (lock === undefined || lock.agentId !== holder.agentId || lock.sessionId !== holder.sessionId)
    throw refuse('lock_required');
  if (lock.endedAt !== null) throw await lostError(deps, input, (lock.endReason ?? 'expired') as LockEnd);
  return lock;
}

async function lostError(deps: AcquireDeps, input: Held, reason: LockEnd): Promise<LatchboxError> {
  const now = await openLock(deps.db.read, input.conversationId);
  const holder = now === undefined ? {} : { holder: { id: now.agentId, name: now.agentName } };
  return new LatchboxError('lock_lost', { reason, entries: [], ...holder });
}
