import { expect, it } from 'vitest';
import { movedBy } from './anchor.ts';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const inSight = new Map([
  ['c', 2],
  ['d', 3],
  ['e', 4],
]);

it('follows what was in sight when rows come above it', () => {
  expect(movedBy(inSight, rows('new', 'a', 'b', 'c', 'd', 'e'))).toBe(1);
  expect(movedBy(inSight, rows('c', 'd', 'e'))).toBe(-2);
  expect(movedBy(inSight, rows('a', 'b', 'c', 'd', 'e', 'f'))).toBe(0);
});

it('is not led astray by one row that rises to the top, or leaves', () => {
  expect(movedBy(inSight, rows('e', 'a', 'b', 'c', 'd'))).toBe(1);
  expect(movedBy(inSight, rows('new', 'a', 'b', 'd', 'e'))).toBe(0);
});

it('moves nothing when all of it is gone', () => {
  expect(movedBy(inSight, rows('x', 'y'))).toBe(0);
  expect(movedBy(new Map(), rows('x', 'y'))).toBe(0);
});
