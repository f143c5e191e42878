/**
 * Ends locks that nobody ends any more: past their idle or reconnect deadline, or left without a lease by a server that
 * died. Every server sweeps; the compare-and-set in the row lets one of them do it.
 */
import { LatchboxError, type LockEndReason } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { dueLocks, lockAt, openLocks, type OpenLock } from '../database/locks.ts';
import { lineWork } from '../database/waiting-line.ts';
import type { AcquireDeps } from './acquire.ts';
import { endUnanswered } from './asking.ts';
import { endLock } from './end-lock.ts';
import { adopt } from './give-to.ts';
import { createLineSweep } from './sweep-lines.ts';

export interface SweeperDeps extends AcquireDeps {
  /** Ms between two rounds. */
  readonly every: number;
  /** Locks that were open when this process started alone: they end as `restarted` instead of `disconnected`. */
  readonly restarted: ReadonlySet<string>;
}

export interface Sweeper {
  /** One round, for tests and for a caller that knows something is due. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** A lock and the connection that has it: one that was carried on is another. */
export const lockKey = (lock: Pick<OpenLock, 'conversationId' | 'epoch' | 'connectionNo'>) =>
  `${lock.conversationId}:${lock.epoch}:${lock.connectionNo}`;

/** Starts sweeping. Call it only once the port is open: before that no holder can come back. */
export function startSweeper(deps: SweeperDeps): Sweeper {
  const lines = createLineSweep(deps);
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  let cancel = deps.clock.setTimer(deps.every, next);

  function next(): void {
    running = sweep().then(() => {
      if (!closed) cancel = deps.clock.setTimer(deps.every, next);
    });
  }

  async function sweep(): Promise<void> {
    try {
      const now = await deps.db.now();
      await endDue(deps, now);
      const work = await lineWork(deps.db.read, now);
      if (work.asks > 0) await endUnanswered(deps, now);
      await lines.sweep(work, now);
      await endLeaseless(deps);
    } catch (error) {
      deps.log.error('a sweep of the locks failed; the next one comes', { error: String(error) });
    }
  }

  return {
    sweep,
    async close() {
      closed = true;
      cancel();
      await running;
    },
  };
}

async function endDue(deps: SweeperDeps, now: number): Promise<void> {
  for (const lock of await dueLocks(deps.db.read, { now })) {
    await endOne(deps, lock, async (tx) => {
      await holdConversation(tx, lock.conversationId);
      // Read again, with the row locked: an answer or a resume may have come before our turn.
      const current = await lockAt(tx.db, lock.conversationId, lock.epoch);
      const reason = current === undefined ? undefined : dueReason(current, tx.now, deps.restarted);
      if (current !== undefined && reason !== undefined) await endLock(tx, deps, current, reason);
    });
  }
}

function dueReason(lock: OpenLock, now: number, restarted: ReadonlySet<string>): LockEndReason | undefined {
  if (lock.endedAt !== null) return undefined;
  if (lock.goneDeadline !== null && lock.goneDeadline <= now)
    return restarted.has(lockKey(lock)) ? 'restarted' : 'disconnected';
  return lock.idleDeadline !== null && lock.idleDeadline <= now ? 'idle' : undefined;
}

/** Rows without an owner here whose lease a quorum does not know any more. No answer is no decision. */
async function endLeaseless(deps: SweeperDeps): Promise<void> {
  const unowned = (await openLocks(deps.db.read, {})).filter(
    (lock) => !deps.owners.owns(lock.conversationId, lock.epoch),
  );
  const strange: OpenLock[] = [];
  // What was given to a session of ours by a server whose hint was lost is ours to keep.
  for (const lock of unowned) if (!(await adopt(deps, lock))) strange.push(lock);
  if (strange.length === 0) return;
  const leases = strange.map((lock) => ({ key: lock.conversationId, token: lock.leaseToken }));
  let answers: ('held' | 'gone' | 'unknown')[];
  try {
    answers = await deps.leases.check(leases);
  } catch (error) {
    if (LatchboxError.is(error, 'coordination_unavailable')) return;
    throw error;
  }
  for (const [at, lock] of strange.entries()) {
    if (answers[at] !== 'gone') continue;
    // With the token of the check: a holder that has put a fresh lease under its row in the meantime keeps it.
    await endOne(deps, lock, (tx) => endLock(tx, deps, lock, 'expired', { under: lock.leaseToken }));
  }
}

/** A lock that cannot be ended (its row is locked by a process that stands still) must not keep the others waiting. */
async function endOne(deps: SweeperDeps, lock: OpenLock, work: (tx: Tx) => Promise<unknown>): Promise<void> {
  try {
    await deps.db.inTransaction(work);
  } catch (error) {
    const { conversationId } = lock;
    deps.log.error('a lock could not be ended; the next sweep tries again', {
      conversationId,
      error: String(error),
    });
  }
}
