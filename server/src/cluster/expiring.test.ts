import { expect, test } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { createExpiring } from './expiring.ts';

test('a value is there until its time is over, whatever the wall clock does', async () => {
  const clock = new ManualClock();
  const values = createExpiring<string>(clock);
  values.set('a', 'one', 1_000);
  clock.jump(3_600_000);
  await clock.advance(999);
  expect(values.get('a')).toBe('one');
  clock.jump(-7_200_000);
  await clock.advance(1);
  expect(values.get('a')).toBeUndefined();
});

test('every value that goes is told once: replaced, deleted, or out of time', async () => {
  const clock = new ManualClock();
  const dropped: string[] = [];
  const values = createExpiring<string>(clock, (value) => void dropped.push(value));
  values.set('a', 'one', 1_000);
  values.set('a', 'two', 1_000);
  values.set('a', 'two', 2_000);
  expect(values.delete('a')).toBe('two');
  expect(values.delete('a')).toBeUndefined();
  values.set('b', 'three', 1_000);
  await clock.advance(1_000);
  expect(values.get('b')).toBeUndefined();
  expect(dropped).toEqual(['one', 'two', 'three']);
});

test('values that nobody asks for again do not pile up', async () => {
  const clock = new ManualClock();
  let living = 0;
  const values = createExpiring<number>(clock, () => void (living -= 1));
  for (let round = 0; round < 20; round += 1) {
    for (let at = 0; at < 1_000; at += 1) {
      values.set(`${round}-${at}`, at, 1_000);
      living += 1;
    }
    await clock.advance(1_000);
  }
  expect(living).toBeLessThanOrEqual(3_000);
});
