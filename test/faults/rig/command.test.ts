import { expect, test } from 'vitest';
import { wasOnlyLate } from './command.ts';

const found = (...invariants: string[]) => ({
  violations: invariants.map((invariant) => ({ invariant, story: 'something' })),
});

test('a run is late when all that it broke are promised times', () => {
  expect(wasOnlyLate(found('I30', 'I31'))).toBe(true);
  expect(wasOnlyLate(found('I30', 'I3'))).toBe(false);
  expect(wasOnlyLate(found('I10'))).toBe(false);
  expect(wasOnlyLate(found())).toBe(false);
});
