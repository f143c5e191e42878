import type { LockPeriod } from '@latchbox/client';
import { firstName } from '../lib/people.ts';

/** The end of a lock, as a line of the thread. */
export interface LockLine {
  readonly fence: number;
  readonly at: number;
  readonly who: string;
  readonly words: string;
}

type Reason = NonNullable<LockPeriod['endReason']>;

/** Ends that colleagues want to know of when they read the thread. All others go without saying. */
const WORDS: Partial<Record<Reason, string>> = {
  idle: 'did not answer and lost the lock',
  declined: 'let it go when asked',
  disconnected: 'lost the connection, and the lock with it',
  expired: 'lost the lock: it ran out',
  access_lost: 'lost the right to reply here',
};

/** What to say of the ends of locks, in the order in which they came. `periods` as the SDK gives them, newest first. */
export function lockLines(periods: readonly LockPeriod[], me: string | undefined): readonly LockLine[] {
  return periods.flatMap((period) => lineOf(period, me) ?? []).reverse();
}

function lineOf(
  { fence, holder, to, endReason, endedBy }: LockPeriod,
  me: string | undefined,
): LockLine | null {
  if (to === null || endReason === null) return null;
  const name = (person: { id: string; name: string }): string =>
    person.id === me ? 'You' : firstName(person.name);
  if (endReason === 'taken_over' && endedBy !== null) {
    const from = holder.id === me ? 'you' : name(holder);
    return { fence, at: to, who: name(endedBy), words: `took this over from ${from}` };
  }
  const words = WORDS[endReason];
  return words === undefined ? null : { fence, at: to, who: name(holder), words };
}
