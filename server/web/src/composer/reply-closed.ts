import type { InboxSummary, LockState } from '@latchbox/client';
import { firstName } from '../lib/people.ts';

/**
 * Why the reply is closed and the box is for notes, in words; null while a reply (or its kept text) is shown. `stopped`: a
 * reply was stopped, and its text has to stay in sight until that is settled.
 */
export function replyClosedBy(lock: LockState, inbox: InboxSummary, stopped: boolean): string | null {
  if (inbox.capability === 'read') return 'You may read here and leave notes';
  if (stopped) return null;
  if (lock.status === 'theirs') return `${firstName(lock.holder.name)} is replying`;
  if (lock.status === 'reserved') return `Offered to ${firstName(lock.for.name)}`;
  if (lock.status === 'offered') return 'Take it first';
  return null;
}
