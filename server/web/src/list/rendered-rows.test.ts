import { expect, test } from 'vitest';
import { renderedRows } from './rendered-rows.ts';

const at = (startIndex: number) => ({ startIndex, endIndex: startIndex + 10, overscan: 12, count: 1_000 });
const ends = (rendered: readonly number[]) => [rendered[0], rendered.at(-1)];

test('beyond what is in sight as many rows as asked for, at first and while it is scrolled', () => {
  expect(ends(renderedRows(at(100), null))).toEqual([88, 122]);
  expect(ends(renderedRows(at(105), at(100)))).toEqual([93, 127]);
  expect(ends(renderedRows(at(90), at(100)))).toEqual([78, 112]);
});

test('after a jump, down or up, all that is in sight and little more', () => {
  expect(ends(renderedRows(at(500), at(100)))).toEqual([498, 512]);
  expect(ends(renderedRows(at(100), at(500)))).toEqual([98, 112]);
});

test('nothing beyond the ends of the list', () => {
  expect(ends(renderedRows(at(0), at(500)))).toEqual([0, 12]);
  expect(ends(renderedRows({ ...at(989), endIndex: 999 }, at(0)))).toEqual([987, 999]);
});
