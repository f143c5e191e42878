import { LatchboxError, nextLockPhase, refuse } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import type { Tx } from '../database/database.ts';
import { appendEvent } from '../database/event-log.ts';
import {
  endEpoch,
  insertEpoch,
  lockByRequest,
  nextEpoch,
  openLock,
  type OpenLock,
} from '../database/locks.ts';
import { holdConversation, type LockTarget, lockTarget } from '../database/lock-targets.ts';
import { conversationRow } from '../database/rows.ts';
import { violates } from '../database/unique-violation.ts';
import {
  type AcquireDeps,
  type AcquireInput,
  makeFull,
  own,
  repeatGrant,
  requireSession,
} from './acquire.ts';
import type { Granted } from './api.ts';
import type { Holder } from './holder.ts';
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

interface Moved extends Granted {
  readonly token: string;
  readonly lockOn: 'open' | 'compose';
}

async function pass(
  tx: Tx,
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
  requestId: string,
): Promise<Moved | { readonly mine: OpenLock }> {
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
  const token = await endEpoch(tx, old, { reason: 'moved', by: null });
  if (token === undefined) throw refuse('lock_required');
  const epoch = await nextEpoch(tx, conversationId);
  // Moving is activity: the new epoch begins as a fresh one, without the question and without the grace of the old.
  await insertEpoch(tx.db, {
    conversationId,
    epoch,
    agentId: holder.agentId,
    sessionId: holder.sessionId,
    connectionNo: holder.connectionNo,
    leaseToken: token,
    requestId,
    // As it was taken. The inbox may be set otherwise by now, and the agent hold another lock of that kind.
    lockOn: old.lockOn,
    grantedAt: tx.now,
    endedAt: null,
    endReason: null,
  });
  const lock = await tellMoved(tx, deps, old);
  tx.afterCommit(() => deps.owners.drop(conversationId, old.epoch));
  return { fence: epoch, lock, token, lockOn: old.lockOn };
}

/** The end first, then the grant. Both show the row as the transaction leaves it: at no moment is the lock free. */
async function tellMoved(tx: Tx, { wake }: AcquireDeps, old: OpenLock): Promise<Granted['lock']> {
  const row = await conversationRow(tx.db, old.conversationId);
  const stream = `inbox:${old.inboxId}` as const;
  const holder = { id: old.agentId, name: old.agentName };
  await appendEvent(
    tx,
    stream,
    { type: 'lock.ended', fence: old.epoch, holder, reason: 'moved', by: null, row },
    wake,
  );
  await appendEvent(tx, stream, { type: 'lock.granted', row }, wake);
  return row.lock;
}

/** This server keeps the lease from here on, or puts a fresh one under the lock where it ended in between, as after a resume. */
async function takeUp(deps: AcquireDeps, holder: Holder, target: LockTarget, moved: Moved): Promise<Granted> {
  const { fence, lock, token, lockOn } = moved;
  // Over REST nobody renews but its holder, so what cannot be held for it must not look as if it were.
  if (holder.kind === 'rest') await makeFull(deps, target, fence, token);
  await own(deps, holder, { ...target, lockOn }, { epoch: fence, idleFor: 0, asked: false });
  await deps.owners.renewNow(target.conversationId, fence);
  return { fence, lock };
}
