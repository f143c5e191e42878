import type { Entry } from '@latchbox/client';
import { expect, it } from 'vitest';
import { streamOf } from './stream.ts';

const entry = (at: number): Entry => ({ id: `e${at}`, at, kind: 'note' }) as Entry;
const line = (at: number) => ({ fence: at, at, who: 'Ana', words: 'was idle' });
const keys = (entries: number[], lines: number[], hasMore = false) =>
  streamOf(entries.map(entry), lines.map(line), hasMore).map(({ key }) => key);

it('puts the ends of locks where they belong', () => {
  expect(keys([10, 30], [5, 20, 40])).toEqual(['lock-5', 'e10', 'lock-20', 'e30', 'lock-40']);
});

it('leaves out what belongs to entries that are not loaded', () => {
  expect(keys([10, 30], [5, 20], true)).toEqual(['e10', 'lock-20', 'e30']);
});
