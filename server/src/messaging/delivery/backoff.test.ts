import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const settings = { first: 1_000, longest: 60_000 };

test('the wait doubles with every attempt up to the longest', () => {
  const waits = [1, 2, 3, 4, 7, 8, 300].map((attempts) => backoffMs(attempts, () => 1, settings));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 60_000, 60_000, 60_000]);
});

test('a random half is taken off, so that those who failed together come back apart', () => {
  expect(backoffMs(3, () => 0, settings)).toBe(2_000);
  expect(backoffMs(3, () => 0.5, settings)).toBe(3_000);
});
