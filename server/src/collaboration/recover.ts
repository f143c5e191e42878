import type { EndDeps } from './end-lock.ts';
import { markGone } from '../database/lock-steps.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { openLocks, type OpenLock } from '../database/locks.ts';
import { tellLock } from './lock-events.ts';
import { lockKey } from './sweeper.ts';

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
  return left;
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
