import { type LockEndReason, nextLockPhase, type Person } from '@latchbox/shared';
import type { Leases } from '../cluster/leases.ts';
import type { Database, Tx } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { endEpoch, type OpenLock } from '../database/locks.ts';
import type { Log } from '../lib/log.ts';
import { tellLock } from './lock-events.ts';
import type { Owners } from './owners.ts';
import { phaseOf } from './phase.ts';

export interface EndDeps {
  readonly db: Database;
  readonly leases: Leases;
  readonly owners: Owners;
  readonly wake: Wake;
  readonly log: Log;
}

/**
 * Ends an open lock inside a transaction; false when somebody else ended it first. The lease goes only after the commit, and
 * only by the token that stood in the row: whoever has the lease by then keeps it.
 */
export async function endLock(
  tx: Tx,
  deps: EndDeps,
  lock: OpenLock,
  reason: LockEndReason,
  by: Person | null = null,
): Promise<boolean> {
  await holdConversation(tx, lock.conversationId);
  if (nextLockPhase(phaseOf(lock), 'ended') === undefined) return false;
  if (!(await endEpoch(tx, lock, reason, by?.id ?? null))) return false;
  await tellLock(tx, deps.wake, lock, (row) => ({
    type: 'lock.ended',
    fence: lock.epoch,
    holder: { id: lock.agentId, name: lock.agentName },
    reason,
    by,
    row,
  }));
  tx.afterCommit(() => {
    deps.owners.drop(lock.conversationId, lock.epoch);
    void releaseLease(deps, lock);
  });
  return true;
}

/** Gives a lease back. Not being able to is no failure: it ends by itself, and the database has decided already. */
export async function releaseLease(
  deps: Pick<EndDeps, 'leases' | 'log'>,
  lock: { readonly conversationId: string; readonly leaseToken: string },
): Promise<void> {
  try {
    await deps.leases.release(lock.conversationId, lock.leaseToken);
  } catch (error) {
    deps.log.warn('a lease could not be released; it ends by itself', {
      conversationId: lock.conversationId,
      error: String(error),
    });
  }
}
