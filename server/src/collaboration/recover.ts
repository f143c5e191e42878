import type { EndDeps } from './end-lock.ts';
import { markGone } from '../database/lock-steps.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { openLocks, type OpenLock } from '../database/locks.ts';
import { tellLock } from './lock-events.ts';
import { lockKey } from './sweeper.ts';

/**
 * Before the port of a server that is alone opens: every lock that is still open gets its lease back, for as long as a holder
 * has one. Else whoever comes first, while the graces are still being written, would be given what somebody else holds.
 */
export async function keepLeases(deps: Pick<EndDeps, 'db' | 'leases'>): Promise<void> {
  for (const lock of await openLocks(deps.db.read, {})) {
    const target = await lockTarget(deps.db.read, lock.conversationId);
    if (target !== undefined) await deps.leases.restore(lock.conversationId, lock.leaseToken, target.lockTtl);
  }
}

/**
 * After a restart of a server that is alone, the leases of its locks are gone with its memory. Every lock that is still open
 * gets one reconnect grace, counted from now (call it once the port is open), for its holder to resume. Answers the keys of
 * these locks: those that end by this grace end as `restarted`.
 */
export async function recoverLocks(deps: EndDeps): Promise<ReadonlySet<string>> {
  const recovered = new Set<string>();
  for (const lock of await openLocks(deps.db.read, {})) {
    const grace = await startGrace(deps, lock);
    if (grace === undefined) continue;
    await deps.leases.restore(lock.conversationId, lock.leaseToken, grace);
    recovered.add(lockKey(lock));
  }
  return recovered;
}

/** Ms for which the lease is to be restored; undefined when the lock is over. */
async function startGrace(deps: EndDeps, lock: OpenLock): Promise<number | undefined> {
  return await deps.db.inTransaction(async (tx) => {
    await holdConversation(tx, lock.conversationId);
    const target = await lockTarget(tx.db, lock.conversationId);
    if (target === undefined) return undefined;
    // A REST holder has no connection to lose: its next renew call decides, within one length of its lease.
    if (lock.sessionKind === 'rest') return target.lockTtl;
    if (!(await markGone(tx, lock, tx.now + target.reconnectGrace))) return undefined;
    await tellLock(tx, deps.wake, lock, (row) => ({ type: 'lock.changed', step: 'connection_lost', row }));
    return target.reconnectGrace;
  });
}
