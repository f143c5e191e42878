import { LatchboxError, nextLockPhase, refuse } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import type { Tx } from '../database/database.ts';
import { lockByRequest, openLock, type OpenLock } from '../database/locks.ts';
import { holdConversation, type LockTarget, lockTarget } from '../database/lock-targets.ts';
import { violates } from '../database/unique-violation.ts';
import { type AcquireDeps, type AcquireInput, repeatGrant, requireSession } from './acquire.ts';
import type { Granted } from './api.ts';
import type { Holder } from './holder.ts';
import { passOn, type Passed, takeUp } from './pass-lock.ts';
import { phaseOf } from './phase.ts';

/**
 * Moves the agent's lock from another of its sessions to this one (L14). The lease is passed on and not given back: one
 * transaction ends the old epoch and begins the next one with the same token, so that nobody slips in between.
 */
export async function moveLock(deps: AcquireDeps, holder: Holder, input: AcquireInput): Promise<Granted> {
  // Said over a connection that is gone by now: its session may have gone on.
  if (deps.owners.isLost(holder)) throw refuse('offline');
  await authorize(deps.db.read, holder.agentId, 'reply', input);
  const target = await lockTarget(deps.db.read, input.conversationId);
  if (target === undefined) throw refuse('not_found');
  for (let attempt = 1; ; attempt += 1) {
    const repeated = await lockByRequest(deps.db.read, input.conversationId, input.requestId);
    if (repeated !== undefined) return await repeatGrant(deps, holder, target, repeated);
    try {
      const moved = await deps.db.inTransaction((tx) => pass(tx, deps, holder, target, input.requestId));
      return 'mine' in moved
        ? await repeatGrant(deps, holder, target, moved.mine)
        : await takeUp(deps, holder, target, moved);
    } catch (error) {
      // A twin of this request was faster (Postgres only: SQLite has one writer). Its grant is the answer.
      if (attempt === 1 && violates(error, 'lock_epochs_request')) continue;
      throw error;
    }
  }
}

async function pass(
  tx: Tx,
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
  requestId: string,
): Promise<Passed | { readonly mine: OpenLock }> {
  const { conversationId } = target;
  await authorize(tx, holder.agentId, 'reply', target);
  await requireSession(tx, deps, holder);
  await holdConversation(tx, conversationId);
  const old = await openLock(tx.db, conversationId);
  if (old === undefined || nextLockPhase(phaseOf(old), 'passed_on') === undefined)
    throw refuse('lock_required');
  if (old.agentId !== holder.agentId) {
    const person = { id: old.agentId, name: old.agentName };
    throw new LatchboxError('lock_held', { holder: person, since: old.grantedAt });
  }
  if (old.sessionId === holder.sessionId) return { mine: old };
  // As it was taken. The inbox may be set otherwise by now, and the agent hold another lock of that kind.
  const passed = await passOn(tx, deps, old, { to: holder, requestId, reason: 'moved', lockOn: old.lockOn });
  if (passed === undefined) throw refuse('lock_required');
  return passed;
}
