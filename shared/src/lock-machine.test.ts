import { expect, test } from 'vitest';
import { LOCK_ENDS, LOCK_STATES, LOCK_TRANSITIONS, nextLockPhase, SEND_AFTER_END } from './lock-machine.ts';

test('every state can be reached from free, and free from every state', () => {
  const reachable = (start: (typeof LOCK_STATES)[number]) => {
    const seen = new Set([start]);
    for (const state of seen) for (const to of Object.values(LOCK_TRANSITIONS[state])) seen.add(to);
    return seen;
  };
  expect([...reachable('free')].sort()).toEqual([...LOCK_STATES].sort());
  for (const state of LOCK_STATES) expect(reachable(state)).toContain('free');
});

test('resuming does not answer the idle question', () => {
  expect(nextLockPhase('gone_asked', 'resumed')).toBe('asked');
  expect(nextLockPhase('asked', 'connection_lost')).toBe('gone_asked');
});

test('nobody is granted what somebody holds', () => {
  for (const state of LOCK_STATES) {
    const grants = nextLockPhase(state, 'granted') !== undefined;
    expect(grants).toBe(state === 'free' || state === 'reserved');
  }
});

test('every reason to end says what a send under it gets', () => {
  expect(Object.keys(SEND_AFTER_END).sort()).toEqual([...LOCK_ENDS].sort());
});
