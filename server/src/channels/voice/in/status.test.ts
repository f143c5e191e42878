import { expect, test } from 'vitest';
import { rankOf } from '../calls.ts';
import { endOf } from './status.ts';

const call = (direction: 'in' | 'out', state: Parameters<typeof rankOf>[0]) => ({
  direction,
  state,
  rank: rankOf(state),
});

test('the end of a first leg ends its call: missed, or talked, or why it did not come about', () => {
  expect(endOf(call('in', 'incoming'), 'completed')).toEqual({ state: 'missed', why: 'hung_up' });
  expect(endOf(call('in', 'talking'), 'completed')).toEqual({ state: 'ended' });
  expect(endOf(call('out', 'calling'), 'no-answer')).toEqual({ state: 'failed', why: 'own_phone' });
  // One that did not come about is over: that the first leg is, too, says nothing new.
  expect(rankOf(endOf(call('out', 'failed'), 'completed')?.state ?? 'ended')).toBe(rankOf('failed'));
  expect(endOf(call('out', 'ringing'), 'completed')).toEqual({ state: 'failed', why: 'hung_up' });
  expect(endOf(call('out', 'calling'), 'failed')).toEqual({ state: 'failed', why: 'failed' });
  expect(endOf(call('in', 'incoming'), 'in-progress')).toBeUndefined();
});

test('nothing steps back: an end outranks what comes before it, and having talked outranks having missed', () => {
  const order = ['incoming', 'ringing', 'missed', 'talking', 'ended'] as const;
  const ranks = order.map(rankOf);
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(new Set(ranks).size).toBe(ranks.length);
});
