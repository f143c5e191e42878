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
import { releaseLease } from './release-lease.ts';
import type { WhoIsThere } from './there.ts';
import { endConcerns, offerNext, tellStep } from './waiting-line.ts';

export interface EndDeps {
  readonly db: Database;
  readonly leases: Leases;
  readonly owners: Owners;
  readonly wake: Wake;
  readonly log: Log;
  readonly there: WhoIsThere;
}

/**
 * Ends an open lock inside a transaction; false when somebody else ended it first. The next in line is offered it, in the same
 * transaction and under the same lease; else the lease goes, only after the commit, and only by the token that stood in the row:
 * whoever has the lease by then keeps it. `under`: only while the lock has this lease.
 */
export async function endLock(
  tx: Tx,
  deps: EndDeps,
  lock: OpenLock,
  reason: LockEndReason,
  { by = null, under }: { by?: Person | null; under?: string } = {},
): Promise<boolean> {
  await holdConversation(tx, lock.conversationId);
  if (nextLockPhase(phaseOf(lock), 'ended') === undefined) return false;
  // The token as it stands now: an owner may have put a fresh lease under its lock since the row was read.
  const leaseToken = await endEpoch(tx, lock, { reason, by: by?.id ?? null, under });
  if (leaseToken === undefined) return false;
  const { places } = await endConcerns(tx, lock, 'over');
  const offered = places > 0 && (await offerNext(tx, deps, lock, leaseToken));
  await tellLock(tx, deps.wake, lock, (row) => ({
    type: 'lock.ended',
    fence: lock.epoch,
    holder: { id: lock.agentId, name: lock.agentName },
    reason,
    by,
    row,
  }));
  if (offered) await tellStep(tx, deps, lock, 'offered');
  tx.afterCommit(() => {
    deps.owners.drop(lock.conversationId, lock.epoch);
    if (!offered) void releaseLease(deps, { conversationId: lock.conversationId, leaseToken });
  });
  return true;
}
