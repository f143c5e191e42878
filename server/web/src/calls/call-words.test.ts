import type { CallEntry } from '@latchbox/client';
import { expect, test } from 'vitest';
import { callWords, durationWords } from './call-words.ts';

const call = (direction: 'in' | 'out', state: CallEntry['call']['state'], more = {}) => ({
  id: 'cal_1',
  direction,
  number: '+447700900001',
  startedAt: 0,
  state,
  ...more,
});

test('a call says what it was, with whom, and how long', () => {
  const ended = { name: 'ended', at: 1, seconds: 187 } as const;
  expect(callWords(call('in', ended), 'Ana')).toEqual({
    tone: 'talked',
    what: 'Incoming call',
    more: 'answered by Ana, 3:07',
  });
  expect(callWords(call('out', ended), 'You').more).toBe('by you, 3:07');
  expect(callWords(call('in', ended, { forwardedTo: '+447700900503' }), undefined).more).toBe(
    'answered by +447700900503, 3:07',
  );
  expect(callWords(call('in', { name: 'missed', at: 1, why: 'hung_up' }), undefined)).toMatchObject({
    tone: 'missed',
    what: 'Missed call',
  });
  expect(callWords(call('out', { name: 'calling' }), 'You').more).toBe('your phone rings');
});

test('durations are read as clocks', () => {
  expect([0, 59, 60, 3_600, 3_729].map(durationWords)).toEqual([
    '0:00',
    '0:59',
    '1:00',
    '1:00:00',
    '1:02:09',
  ]);
});
