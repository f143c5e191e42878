import type { LockState } from '@latchbox/client';
import { namesOf } from './people.ts';

/** Who waits for the lock, as the one in front of the page needs to know it; null: nobody does. */
export function inLine({ queue, place }: Pick<LockState, 'queue' | 'place'>): string | null {
  if (place === 1) return 'You are next in line.';
  if (place !== null) return `You are ${ordinal(place)} in line.`;
  if (queue.length === 0) return null;
  return `${namesOf(queue)} ${queue.length === 1 ? 'waits' : 'wait'} for it.`;
}

const ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };
const rules = new Intl.PluralRules('en', { type: 'ordinal' });

function ordinal(place: number): string {
  return `${place}${ENDINGS[rules.select(place)] ?? 'th'}`;
}
