import type { LockPeriod } from '@latchbox/client';
import { expect, it } from 'vitest';
import { lockLines } from './lock-lines.ts';

const ana = { id: 'ana', name: 'Ana Brandt' };
const ivo = { id: 'ivo', name: 'Ivo Lindqvist' };
const period = (fence: number, over: Partial<LockPeriod>): LockPeriod => ({
  fence,
  holder: ana,
  from: fence * 100,
  to: fence * 100 + 50,
  askedAt: null,
  endReason: 'released',
  endedBy: null,
  ...over,
});

it('says how locks ended that were not simply let go, the oldest first', () => {
  const periods = [
    period(5, { to: null, endReason: null }),
    period(4, { endReason: 'taken_over', endedBy: ivo }),
    period(3, { holder: ivo, endReason: 'idle' }),
    period(2, { endReason: 'sent' }),
    period(1, { endReason: 'left' }),
  ];
  expect(lockLines(periods, 'ivo')).toEqual([
    { fence: 3, at: 350, who: 'You', words: 'did not answer and lost the lock' },
    { fence: 4, at: 450, who: 'You', words: 'took this over from Ana' },
  ]);
  expect(lockLines(periods, 'ben')[1]).toMatchObject({ who: 'Ivo', words: 'took this over from Ana' });
});
