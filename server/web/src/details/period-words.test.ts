import type { LockPeriod } from '@latchbox/client';
import { expect, it } from 'vitest';
import { periodLook, periodTimes, periodWords } from './period-words.ts';

const at = (hours: number, minutes: number) => new Date(2030, 4, 15, hours, minutes).getTime();
const ana = { id: 'ana', name: 'Ana Brandt' };
const period = (over: Partial<LockPeriod>): LockPeriod => ({
  fence: 7,
  holder: ana,
  from: at(11, 8),
  to: at(11, 13),
  askedAt: null,
  endReason: 'sent',
  endedBy: null,
  ...over,
});
const open = { to: null, endReason: null } as const;

it('says why a period ended, who ended it, and when it was asked', () => {
  expect(periodWords(period({}), true)).toBe('Sent a reply');
  expect(periodWords(period({ endReason: 'idle', askedAt: at(11, 12) }), true)).toBe('Idle, asked 11:12');
  const taken = period({ endReason: 'taken_over', endedBy: { id: 'dana', name: 'Dana Reyes' } });
  expect(periodWords(taken, true)).toBe('Taken over by Dana');
});

it('tells a running period from one that may be over by now', () => {
  expect(periodWords(period(open), true)).toBe('Holding');
  expect(periodWords(period({ ...open, askedAt: at(11, 12) }), true)).toBe('Asked 11:12, no answer yet');
  expect(periodWords(period(open), false)).toBe('As far as is known');
  expect(periodTimes(period(open), at(12, 0), true)).toBe('11:08 to now');
  expect(periodTimes(period(open), at(12, 0), false)).toBe('since 11:08');
  expect(periodLook(period(open), true, true)).toBe('mine');
  expect(periodLook(period(open), false, true)).toBe('theirs');
  expect(periodLook(period(open), false, false)).toBe('');
});

it('names the day when it was not today', () => {
  expect(periodTimes(period({}), at(12, 0), true)).toBe('11:08 to 11:13');
  expect(periodTimes(period({}), at(36, 0), true)).toBe('Yesterday 11:08 to 11:13');
  expect(periodTimes(period({}), at(3 * 24, 0), true)).toBe('Wed 11:08 to 11:13');
  expect(periodTimes(period({}), at(20 * 24, 0), true)).toBe('15 May 11:08 to 11:13');
});

it('says one time for what took less than a minute', () => {
  expect(periodTimes(period({ to: at(11, 8) + 900 }), at(36, 0), true)).toBe('Yesterday 11:08');
});
