import type { LockPeriod } from '@latchbox/client';
import { firstName } from '../lib/people.ts';
import { clockTime, shortDay } from '../lib/time-words.ts';

type Reason = NonNullable<LockPeriod['endReason']>;

const ENDED: Record<Reason, string> = {
  released: 'Let go',
  left: 'Left the conversation',
  switched: 'Went to another conversation',
  sent: 'Sent a reply',
  signed_out: 'Signed out',
  idle: 'Idle',
  declined: 'Let go when asked',
  disconnected: 'Connection gone',
  expired: 'Ran out',
  access_lost: 'Lost access',
  taken_over: 'Taken over',
  handed_over: 'Passed on',
  moved: 'Moved to another tab',
  one_shot: 'Sent without holding',
  restarted: 'Server restarted',
};

/**
 * How a period of holding the lock went: "Idle, asked 11:12", "Holding", "Taken over by Dana". `known`: the connection is
 * there, so that what has not ended has really not.
 */
export function periodWords({ endReason, endedBy, askedAt, to }: LockPeriod, known: boolean): string {
  if (to === null && !known) return 'As far as is known';
  if (to === null) return askedAt === null ? 'Holding' : `Asked ${clockTime(askedAt)}, no answer yet`;
  const ended = ENDED[endReason ?? 'released'] + (endedBy === null ? '' : ` by ${firstName(endedBy.name)}`);
  const byIdleness = endReason === 'idle' || endReason === 'declined';
  return byIdleness && askedAt !== null ? `${ended}, asked ${clockTime(askedAt)}` : ended;
}

/** "11:08 to 11:13", "11:46 to now", "Yesterday 9:02 to 9:10", "Sat 9:02" for what took less than a minute. */
export function periodTimes({ from, to }: LockPeriod, now: number, known: boolean): string {
  const day = shortDay(from, now);
  const began = clockTime(from);
  const inFront = day === '' ? '' : `${day} `;
  if (to === null && !known) return `${inFront}since ${began}`;
  const ended = to === null ? 'now' : clockTime(to);
  return ended === began ? inFront + began : `${inFront}${began} to ${ended}`;
}

/** How the line is marked: who holds it now, and what ended it. */
export function periodLook(
  { to, endReason }: LockPeriod,
  mine: boolean,
  known: boolean,
): '' | 'mine' | 'theirs' | 'idle' | 'taken' {
  if (to === null) return !known ? '' : mine ? 'mine' : 'theirs';
  if (endReason === 'idle' || endReason === 'declined') return 'idle';
  return endReason === 'taken_over' || endReason === 'handed_over' ? 'taken' : '';
}
