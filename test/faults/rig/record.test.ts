import { expect, test } from 'vitest';
import { type RigRun, rigRuns, withRuns } from './record.ts';

const run = (seed: number, violations: RigRun['summary']['violations'] = []): RigRun => ({
  asked: '--seconds 60',
  commit: 'abc1234',
  date: '2026-01-01',
  summary: { seed, seconds: 60, operations: 10, faults: { N1: 2, N6: 1 }, violations },
});

test('a run is a line of the page, the newest first, before what other runs wrote', () => {
  const page = '# Fault runs\n\n## The rig\n\nText.\n\n## The last run\n\nFigures.\n';
  const once = withRuns(page, [run(1)]);
  const twice = withRuns(once, [run(2, [{ invariant: 'I3', story: 'a story' }])]);
  expect(twice.match(/^\| 2026.*$/gm)).toEqual([
    '| 2026-01-01 | abc1234 | --seconds 60 | 2 | 60 | 10 | N1 2, N6 1 | **1**: I3 |',
    '| 2026-01-01 | abc1234 | --seconds 60 | 1 | 60 | 10 | N1 2, N6 1 | none |',
  ]);
  expect(twice.replace(rigRuns(twice), '').replaceAll(/\n+/g, '\n')).toBe(page.replaceAll(/\n+/g, '\n'));
});

test('a page without other runs ends with them', () => {
  const page = withRuns('# Fault runs\n', [run(1)]);
  expect(page.endsWith('| none |\n')).toBe(true);
  expect(withRuns(page, [run(2)]).match(/^## /gm)).toHaveLength(1);
});
