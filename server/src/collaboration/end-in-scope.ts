import type { LockEnd, Person } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { locksInScope, locksOfSession, type OpenLock } from '../database/locks.ts';
import { personById } from '../database/people.ts';
import type { AcquireDeps } from './acquire.ts';
import type { LockScope } from './api.ts';
import { endLock } from './end-lock.ts';
import { endingsOf, endInLine, inLockingOrder } from './lines.ts';
import { tellStep } from './waiting-line.ts';

/** Ends every open lock in scope inside a running transaction, and the places, turns and questions that go with it. */
export async function endInScope(
  tx: Tx,
  deps: AcquireDeps,
  scope: LockScope,
  reason: LockEnd,
  by: string | null,
): Promise<void> {
  const person: Person | null = by === null ? null : await personById(tx.db, by);
  const locks = await inScope(tx, scope);
  const endings = await endingsOf(tx, deps, scope);
  // All rows before the first event, whose stream is locked to the commit: a send that has one of them needs it too.
  const all = new Map([...locks, ...endings].map((at) => [at.conversationId, at]));
  const inOrder = [...all.values()].sort(inLockingOrder);
  for (const { conversationId } of inOrder) await holdConversation(tx, conversationId);
  for (const { conversationId } of inOrder) {
    const ending = endings.find((one) => one.conversationId === conversationId);
    const step = ending && (await endInLine(tx, deps, ending));
    if (ending !== undefined && step !== undefined) await tellStep(tx, deps, ending, step);
    const lock = locks.find((one) => one.conversationId === conversationId);
    if (lock !== undefined) await endLock(tx, deps, lock, reason, { by: person });
  }
}

function inScope(tx: Tx, scope: LockScope): Promise<OpenLock[]> {
  return 'sessionId' in scope ? locksOfSession(tx.db, scope.sessionId) : locksInScope(tx.db, scope);
}
