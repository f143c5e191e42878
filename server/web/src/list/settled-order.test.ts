import { expect, it } from 'vitest';
import { settle } from './settled-order.ts';

const rows = (ids: string) => Array.from(ids, (id) => ({ id }));
const held = (now: string, before: string) => {
  const { shown, waiting } = settle(rows(now), rows(before), true);
  return `${shown.map(({ id }) => id).join('')} ${waiting}`;
};

it('shows everything in its new order while nobody points at it', () => {
  const now = rows('cab');
  expect(settle(now, rows('ab'), false)).toEqual({ shown: now, waiting: 0 });
});

it.each([
  ['abc', 'abc', 'abc 0', 'nothing happened'],
  ['nabc', 'abc', 'abc 1', 'a new row waits'],
  ['mnabc', 'abc', 'abc 2', 'two wait'],
  ['cab', 'abc', 'abc 1', 'a risen row stays'],
  ['ncab', 'abc', 'abc 2', 'one came, one rose'],
  ['ac', 'abc', 'ac 0', 'a row that left is gone'],
  ['nac', 'abc', 'ac 1', 'left and came'],
  ['abcde', 'abc', 'abcde 0', 'older rows join at the end'],
  ['nabcd', 'abc', 'abcd 1', 'older ones join while a new one waits'],
  ['bac', 'abc', 'abc 1', 'two changed places'],
  ['', 'abc', ' 0', 'all left'],
])('held: %s after %s shows %s (%s)', (now, before, expected) => {
  expect(held(now, before)).toBe(expected);
});

it('shows the new data of kept rows', () => {
  const { shown } = settle([{ id: 'a', n: 2 }], rows('a'), true);
  expect(shown).toEqual([{ id: 'a', n: 2 }]);
});
