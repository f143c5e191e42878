/** The lock that a session says it holds. */
import { LatchboxError, type LockEnd, refuse } from '@latchbox/shared';
import type { Database, Handle, Tx } from '../database/database.ts';
import { lockAt, openLock, type OpenLock } from '../database/locks.ts';
import type { Holder } from './holder.ts';

export interface Held {
  readonly conversationId: string;
  readonly fence: number;
}

type HeldDeps = { readonly db: Pick<Database, 'read'> };

/** The open lock of this session under this fence, or the refusal that says what became of it. */
export function requireHeld({ db }: HeldDeps, holder: Holder, input: Held): Promise<OpenLock> {
  return findHeld(db.read, holder, input);
}

/** The same inside a transaction that has the conversation's row locked. */
export function holdOwn(tx: Tx, holder: Holder, input: Held): Promise<OpenLock> {
  return findHeld(tx.db, holder, input);
}

async function findHeld(db: Handle, holder: Holder, input: Held): Promise<OpenLock> {
  const lock = await lockAt(db, input.conversationId, input.fence);
  if (lock === undefined || lock.agentId !== holder.agentId || lock.sessionId !== holder.sessionId)
    throw refuse('lock_required');
  if (lock.endedAt !== null) throw await lostError(db, input, (lock.endReason ?? 'expired') as LockEnd);
  return lock;
}

/** `lock_lost` with who holds it now. */
export async function lostError(db: Handle, input: Held, reason: LockEnd): Promise<LatchboxError> {
  const now = await openLock(db, input.conversationId);
  const holder = now === undefined ? {} : { holder: { id: now.agentId, name: now.agentName } };
  return new LatchboxError('lock_lost', { reason, entries: [], ...holder });
}
