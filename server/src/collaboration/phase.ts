import type { LockPhase } from '@latchbox/shared';
import type { LockEpoch } from '../database/locks.ts';

/** The phase of an epoch in the lock machine. */
export function phaseOf(lock: Pick<LockEpoch, 'endedAt' | 'idleDeadline' | 'goneDeadline'>): LockPhase {
  if (lock.endedAt !== null) return 'free';
  if (lock.goneDeadline !== null) return lock.idleDeadline === null ? 'gone' : 'gone_asked';
  return lock.idleDeadline === null ? 'active' : 'asked';
}
