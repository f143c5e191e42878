import { nextLockPhase } from '@latchbox/shared';
import { markGone, noteActivity } from '../database/lock-steps.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { lockAt, type OpenLock } from '../database/locks.ts';
import type { EndDeps } from './end-lock.ts';
import type { Holder } from './holder.ts';
import { tellLock } from './lock-events.ts';
import { phaseOf } from './phase.ts';

type Lost = Pick<OpenLock, 'conversationId' | 'inboxId' | 'epoch'>;

/** Stops renewing and starts the grace, where this connection is still the lock's own. The lease is not shortened. */
export async function loseConnection(deps: EndDeps, holder: Holder, lock: Lost): Promise<void> {
  if (holder.kind === 'rest') return;
  await deps.db.inTransaction(async (tx) => {
    await holdConversation(tx, lock.conversationId);
    const target = await lockTarget(tx.db, lock.conversationId);
    const current = await lockAt(tx.db, lock.conversationId, lock.epoch);
    if (target === undefined || current === undefined) return;
    if (nextLockPhase(phaseOf(current), 'connection_lost') === undefined) return;
    const owned = {
      conversationId: lock.conversationId,
      epoch: lock.epoch,
      connectionNo: holder.connectionNo,
    };
    if (!(await markGone(tx, owned, tx.now + target.reconnectGrace))) return;
    const idleFor = deps.owners.idleFor(lock.conversationId, lock.epoch);
    if (idleFor !== undefined) await noteActivity(tx, owned, idleFor);
    await tellLock(tx, deps.wake, lock, (row) => ({ type: 'lock.changed', step: 'connection_lost', row }));
    tx.afterCommit(() => deps.owners.drop(lock.conversationId, lock.epoch));
  });
}
