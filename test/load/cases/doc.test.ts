import { expect, test } from 'vitest';
import { judge, type LoadFigure } from './case.ts';
import { page, readEntries } from './doc.ts';

const figure = (target: LoadFigure['target'], ours: number, bare: number | null = null): LoadFigure => ({
  name: 'waiting',
  ours,
  bare,
  unit: 'ms',
  target,
  baseline: '',
});

test('a figure is held against its target, or its ratio is', () => {
  expect(judge('LD0', figure({ atMost: 50 }, 50)).ok).toBe(true);
  expect(judge('LD0', figure({ atMost: 50 }, 51)).ok).toBe(false);
  expect(judge('LD0', figure({ atLeast: 50 }, 49)).ok).toBe(false);
  expect(judge('LD0', figure({ ratioAtMost: 1.35 }, 27, 20))).toMatchObject({ ok: true, ratio: 1.35 });
  expect(judge('LD0', figure({ ratioAtMost: 1.35 }, 28, 20)).ok).toBe(false);
  // Nothing to compare with is no success, and what never came is none either.
  expect(judge('LD0', figure({ ratioAtMost: 1.35 }, 28)).ok).toBe(false);
  expect(judge('LD0', figure({ atMost: 50 }, Number.NaN)).ok).toBe(false);
  expect(judge('LD0', figure(null, 3, 0))).toMatchObject({ ok: true, ratio: null });
});

test('a page is read back as it was printed, and keeps the commit of each case', () => {
  const results = [judge('LD0', figure({ atMost: 50 }, 60, 20))];
  const load = { before: 0.5, after: 2 };
  const entry = { id: 'LD0', what: 'nothing', results, seconds: 3, load, at: '2026-01-01T00:00:00Z' };
  const text = page([{ ...entry, commit: 'abc1234', machine: 'a machine' }]);
  expect(text).toContain('| waiting | 60 ms | 20 ms | 3.00 | ≤ 50 ms | **no** |');
  expect(text).toContain('Missed: LD0 waiting');
  expect(text).toContain('Commit abc1234. a machine.');
  expect(readEntries(text)).toEqual([{ ...entry, commit: 'abc1234', machine: 'a machine' }]);
  expect(page(readEntries(text))).toBe(text);
  expect(readEntries('# Load')).toEqual([]);
});
