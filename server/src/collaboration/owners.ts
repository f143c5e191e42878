/**
 * The locks whose holder is connected to this server. An owner renews the lease, watches for idleness, and stops as soon as
 * the row says that it owns no more. There is one an open lock; it is never the authority: the row is.
 */
import { LatchboxError, nextLockPhase } from '@latchbox/shared';
import type { Leases } from '../cluster/leases.ts';
import type { Database } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';
import { askIdle, keepLock, noteActivity, swapToken } from '../database/lock-steps.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { lockAt } from '../database/locks.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { HeartSignals } from './api.ts';
import type { Holder } from './holder.ts';
import { tellLock } from './lock-events.ts';
import { phaseOf } from './phase.ts';

export interface OwnerDeps {
  readonly db: Database;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
  readonly signals: HeartSignals;
}

/** An open lock of a session that is connected here. Times in ms, `idleFor`: since its last known activity. */
export interface Owned {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly epoch: number;
  readonly lockOn: 'open' | 'compose';
  readonly lockTtl: number;
  readonly idleAfter: number;
  readonly idleGrace: number;
  readonly idleFor: number;
  readonly asked: boolean;
}

export interface Owners {
  own(holder: Holder, lock: Owned): void;
  drop(conversationId: string, epoch: number): void;
  owns(conversationId: string, epoch: number): boolean;
  activity(sessionId: string, conversationId: string, kind: 'reply' | 'note' | 'reading'): void;
  /** Renews at once, for a lock that was taken over from a server that is gone. */
  renewNow(conversationId: string, epoch: number): Promise<void>;
  /** Withdraws an open idle question. False: the lock is no longer open. */
  keep(conversationId: string, epoch: number): Promise<boolean>;
  /** How many locks are owned here. */
  count(): number;
  close(): void;
}

interface Owner {
  readonly holder: Holder;
  readonly lock: Owned;
  /** Monotonic reading of the last activity, and of the last one that was written down. */
  activeAt: number;
  notedAt: number;
  asked: boolean;
  uncertain: boolean;
  cancelRenew: () => void;
  cancelIdle: () => void;
}

const nothing = () => undefined;

export function createOwners(deps: OwnerDeps): Owners {
  const owners = new Map<string, Owner>();
  const isCurrent = (owner: Owner) => owners.get(owner.lock.conversationId) === owner;

  function forget(owner: Owner): void {
    owner.cancelRenew();
    owner.cancelIdle();
    if (isCurrent(owner)) owners.delete(owner.lock.conversationId);
  }

  const renewal = createRenewal(deps, isCurrent, forget);
  const idling = createIdling(deps, isCurrent);

  return {
    own(holder, lock) {
      const before = owners.get(lock.conversationId);
      if (before !== undefined) forget(before);
      const activeAt = deps.clock.monotonic() - Math.max(0, lock.idleFor);
      const owner: Owner = {
        holder,
        lock,
        activeAt,
        notedAt: activeAt,
        asked: lock.asked,
        uncertain: false,
        cancelRenew: nothing,
        cancelIdle: nothing,
      };
      owners.set(lock.conversationId, owner);
      renewal.arm(owner);
      idling.arm(owner);
    },
    drop(conversationId, epoch) {
      const owner = owners.get(conversationId);
      if (owner?.lock.epoch === epoch) forget(owner);
    },
    owns: (conversationId, epoch) => owners.get(conversationId)?.lock.epoch === epoch,
    activity(sessionId, conversationId, kind) {
      const owner = owners.get(conversationId);
      if (owner === undefined || owner.holder.sessionId !== sessionId) return;
      if (kind === 'reading' && owner.lock.lockOn !== 'open') return;
      owner.activeAt = deps.clock.monotonic();
      if (owner.asked) void idling.keepQuietly(owner);
    },
    async renewNow(conversationId, epoch) {
      const owner = owners.get(conversationId);
      if (owner?.lock.epoch === epoch) await renewal.renew(owner);
    },
    async keep(conversationId, epoch) {
      const owner = owners.get(conversationId);
      if (owner?.lock.epoch !== epoch) return await keepUnowned(deps, conversationId, epoch);
      owner.activeAt = deps.clock.monotonic();
      return await idling.keep(owner);
    },
    count: () => owners.size,
    close() {
      for (const owner of [...owners.values()]) forget(owner);
    },
  };
}

function createRenewal(
  deps: OwnerDeps,
  isCurrent: (owner: Owner) => boolean,
  forget: (owner: Owner) => void,
) {
  function arm(owner: Owner): void {
    owner.cancelRenew = deps.clock.setTimer(Math.floor(owner.lock.lockTtl / 3), () => void renew(owner));
  }

  async function renew(owner: Owner): Promise<void> {
    if (!isCurrent(owner)) return;
    owner.cancelRenew();
    try {
      const row = await lockAt(deps.db.read, owner.lock.conversationId, owner.lock.epoch);
      // Ended, or resumed over another connection: stop, and leave the lease to whoever it belongs to by now.
      if (row === undefined || row.endedAt !== null || row.connectionNo !== owner.holder.connectionNo)
        return forget(owner);
      const answer = await deps.leases.extend(row.conversationId, row.leaseToken, owner.lock.lockTtl);
      const stands = answer === 'extended' || (await replaceLease(owner, row.leaseToken));
      if (stands) tellCertainty(owner, false);
    } catch (error) {
      if (LatchboxError.is(error, 'coordination_unavailable')) tellCertainty(owner, true);
      else
        deps.log.error('a lock could not be renewed', {
          conversationId: owner.lock.conversationId,
          error: String(error),
        });
    }
    if (isCurrent(owner)) arm(owner);
  }

  /** The store of leases lost ours (it was emptied) while our row is open: put a fresh one under it. */
  async function replaceLease(owner: Owner, lostToken: string): Promise<boolean> {
    const { conversationId, epoch, lockTtl } = owner.lock;
    const fresh = await deps.leases.acquire(conversationId, lockTtl);
    // Somebody else was faster: their grant ends our row and tells everybody.
    if (fresh.status === 'held') return false;
    const lock = { conversationId, epoch, connectionNo: owner.holder.connectionNo };
    const swapped = await deps.db.inTransaction((tx) => swapToken(tx, lock, lostToken, fresh.token));
    if (swapped) return true;
    await deps.leases.release(conversationId, fresh.token);
    forget(owner);
    return false;
  }

  function tellCertainty(owner: Owner, uncertain: boolean): void {
    if (owner.uncertain === uncertain || !isCurrent(owner)) return;
    owner.uncertain = uncertain;
    deps.signals.uncertain(owner.holder.sessionId, owner.lock.conversationId, owner.lock.epoch, uncertain);
  }

  return { arm, renew };
}

function createIdling(deps: OwnerDeps, isCurrent: (owner: Owner) => boolean) {
  function arm(owner: Owner): void {
    owner.cancelIdle();
    if (owner.asked || !isCurrent(owner)) return;
    const { idleAfter } = owner.lock;
    const left = idleAfter - (deps.clock.monotonic() - owner.activeAt);
    // Looking in between lets the last activity be written down now and then, without a write a keystroke.
    const wait = Math.min(Math.max(left, 0), Math.ceil(idleAfter / 4));
    owner.cancelIdle = deps.clock.setTimer(wait, () => void look(owner));
  }

  async function look(owner: Owner): Promise<void> {
    if (!isCurrent(owner) || owner.asked) return;
    try {
      if (isIdle(owner)) owner.asked = await ask(owner);
      else if (owner.activeAt > owner.notedAt) await note(owner);
    } catch (error) {
      deps.log.error('an idle holder could not be asked', {
        conversationId: owner.lock.conversationId,
        error: String(error),
      });
    }
    arm(owner);
  }

  const isIdle = (owner: Owner) => deps.clock.monotonic() - owner.activeAt >= owner.lock.idleAfter;
  const rowOf = (owner: Owner) => ({
    conversationId: owner.lock.conversationId,
    epoch: owner.lock.epoch,
    connectionNo: owner.holder.connectionNo,
  });

  async function note(owner: Owner): Promise<void> {
    const seen = owner.activeAt;
    await deps.db.inTransaction((tx) => noteActivity(tx, rowOf(owner)));
    owner.notedAt = seen;
  }

  function ask(owner: Owner): Promise<boolean> {
    return deps.db.inTransaction(async (tx) => {
      await holdConversation(tx, owner.lock.conversationId);
      // The transaction waited for its turn; the holder may have typed in the meantime.
      if (!isIdle(owner) || !isCurrent(owner)) return false;
      if (!(await askIdle(tx, rowOf(owner), tx.now + owner.lock.idleGrace))) return false;
      await tellLock(tx, deps.wake, owner.lock, (row) => ({ type: 'lock.changed', step: 'idle_due', row }));
      return true;
    });
  }

  async function keep(owner: Owner): Promise<boolean> {
    const open = await keepUnowned(deps, owner.lock.conversationId, owner.lock.epoch);
    owner.asked = false;
    arm(owner);
    return open;
  }

  return {
    arm,
    keep,
    async keepQuietly(owner: Owner): Promise<void> {
      // At once, so that a burst of keystrokes writes once.
      owner.asked = false;
      try {
        await keep(owner);
      } catch (error) {
        owner.asked = true;
        deps.log.error('an idle question could not be withdrawn', {
          conversationId: owner.lock.conversationId,
          error: String(error),
        });
      }
    },
  };
}

function keepUnowned(
  deps: Pick<OwnerDeps, 'db' | 'wake'>,
  conversationId: string,
  epoch: number,
): Promise<boolean> {
  return deps.db.inTransaction(async (tx) => {
    await holdConversation(tx, conversationId);
    const lock = await lockAt(tx.db, conversationId, epoch);
    if (lock === undefined || nextLockPhase(phaseOf(lock), 'kept') === undefined) return false;
    const wasAsked = lock.idleDeadline !== null;
    if (!(await keepLock(tx, lock))) return false;
    if (wasAsked) await tellLock(tx, deps.wake, lock, (row) => ({ type: 'lock.changed', step: 'kept', row }));
    return true;
  });
}
