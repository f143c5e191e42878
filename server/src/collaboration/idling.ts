import { nextLockPhase } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { askIdle, keepLock, noteActivity } from '../database/lock-steps.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { closeAsks } from '../database/lock-asks.ts';
import { lockAt } from '../database/locks.ts';
import { tellLock } from './lock-events.ts';
import type { IsCurrent, Owner, OwnerDeps } from './owner.ts';
import { phaseOf } from './phase.ts';

export interface Idling {
  /** Looks when the holder may have been idle for long enough. */
  arm(owner: Owner): void;
  /** Withdraws the question. False: the lock is no longer open. */
  keep(owner: Owner): Promise<boolean>;
  /** The same for a keystroke: what goes wrong is logged, and the question stays. */
  keepQuietly(owner: Owner): Promise<void>;
}

/** Ms until an idle holder is asked again where the database did not let us. */
const ASK_AGAIN = 1_000;

/** Watches for idleness: asks the holder, and withdraws the question when something is done. */
export function createIdling(deps: OwnerDeps, isCurrent: IsCurrent, forget: (owner: Owner) => void): Idling {
  function arm(owner: Owner, atLeast = 0): void {
    owner.cancelIdle();
    if (owner.asked || !isCurrent(owner)) return;
    const { idleAfter } = owner.lock;
    const left = idleAfter - (deps.clock.monotonic() - owner.activeAt);
    // Looking in between lets the last activity be written down now and then, without a write a keystroke.
    const wait = Math.max(atLeast, Math.min(left, Math.ceil(idleAfter / 4)));
    owner.cancelIdle = deps.clock.setTimer(wait, () => void look(owner));
  }

  async function look(owner: Owner): Promise<void> {
    if (!isCurrent(owner) || owner.asked) return;
    let wait = 0;
    try {
      if (isIdle(deps, owner)) await askOnce(owner);
      else if (owner.activeAt > owner.notedAt) await note(deps, owner);
    } catch (error) {
      deps.log.error('an idle holder could not be asked', {
        conversationId: owner.lock.conversationId,
        error: String(error),
      });
      wait = ASK_AGAIN;
    }
    arm(owner, wait);
  }

  async function askOnce(owner: Owner): Promise<void> {
    const asked = await ask(deps, owner, isCurrent);
    // Ended, or resumed over another connection, which asks for itself.
    if (asked === 'not_mine') return forget(owner);
    owner.asked = asked === 'asked';
    // Something was done while the question was on its way: it is answered already.
    if (owner.asked && !isIdle(deps, owner)) await keepQuietly(owner);
  }

  async function keep(owner: Owner): Promise<boolean> {
    const open = await keepUnowned(deps, owner.lock.conversationId, owner.lock.epoch);
    owner.asked = false;
    owner.askedFor = false;
    arm(owner);
    return open;
  }

  async function keepQuietly(owner: Owner): Promise<void> {
    const { asked, askedFor } = owner;
    // At once, so that a burst of keystrokes writes once.
    owner.asked = false;
    owner.askedFor = false;
    try {
      await keep(owner);
    } catch (error) {
      owner.asked = asked;
      owner.askedFor = askedFor;
      deps.log.error('an idle question could not be withdrawn', {
        conversationId: owner.lock.conversationId,
        error: String(error),
      });
    }
  }

  return { arm: (owner) => arm(owner), keep, keepQuietly };
}

const isIdle = ({ clock }: OwnerDeps, { activeAt, lock }: Owner) =>
  clock.monotonic() - activeAt >= lock.idleAfter;

function ask(
  deps: OwnerDeps,
  owner: Owner,
  isCurrent: IsCurrent,
): Promise<'asked' | 'not_idle' | 'not_mine'> {
  return deps.db.inTransaction(async (tx) => {
    await holdConversation(tx, owner.lock.conversationId);
    // The transaction waited for its turn; the holder may have typed in the meantime.
    if (!isIdle(deps, owner) || !isCurrent(owner)) return 'not_idle';
    if (!(await askIdle(tx, rowOf(owner), tx.now + owner.lock.idleGrace)))
      return (await isMine(tx, owner)) ? 'asked' : 'not_mine';
    await tellLock(tx, deps.wake, owner.lock, (row) => ({ type: 'lock.changed', step: 'idle_due', row }));
    return 'asked';
  });
}

/** Whether the row is still this connection's: then only the question stands there already. */
async function isMine(tx: Tx, { lock, holder }: Owner): Promise<boolean> {
  const row = await lockAt(tx.db, lock.conversationId, lock.epoch);
  return row?.endedAt === null && row.connectionNo === holder.connectionNo;
}

const rowOf = (owner: Owner) => ({
  conversationId: owner.lock.conversationId,
  epoch: owner.lock.epoch,
  connectionNo: owner.holder.connectionNo,
});

async function note(deps: OwnerDeps, owner: Owner): Promise<void> {
  const seen = owner.activeAt;
  await deps.db.inTransaction((tx) => noteActivity(tx, rowOf(owner), deps.clock.monotonic() - seen));
  owner.notedAt = seen;
}

/** Withdraws the idle question and those of colleagues, and tells of it if there was one. False: the lock is no longer open. */
export function keepUnowned(
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
    const asks = await closeAsks(tx, lock, 'kept');
    const step = wasAsked ? 'kept' : 'ask_over';
    if (wasAsked || asks > 0)
      await tellLock(tx, deps.wake, lock, (row) => ({ type: 'lock.changed', step, row }));
    return true;
  });
}
