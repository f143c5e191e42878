/** The rig under the seeds that are kept: `npm run faults -- --seconds N --seed S` plays longer, and other ones. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RIG_PATCHES } from '../tools/failpoints.ts';
import { copySources, type SourceCopy } from '../tools/source-copy.ts';
import { playFaults } from './rig/play.ts';

interface Kept {
  readonly seed: number;
  readonly seconds: number;
  /** Seconds between two faults. */
  readonly every: number;
  readonly only: readonly string[];
}
/** Runs that once failed, and one that always ran, short enough to be played with every test run. */
const kept = JSON.parse(readFileSync(join(import.meta.dirname, 'seeds.json'), 'utf8')) as { rig: Kept[] };

let sources: SourceCopy;
beforeAll(async () => {
  sources = await copySources(RIG_PATCHES);
});
afterAll(() => sources[Symbol.asyncDispose]());

test.each(kept.rig)('seed $seed, $seconds s of faults', async ({ seed, seconds, every, only }) => {
  const lines: string[] = [];
  const summary = await playFaults({
    seed,
    seconds,
    only,
    every: every * 1_000,
    pace: 200,
    sources: sources.top,
    warmUp: 1_000,
    tell: (line) => void lines.push(line),
  });
  expect(summary.violations, lines.join('\n')).toEqual([]);
  expect(summary.operations).toBeGreaterThan(0);
  expect(Object.values(summary.faults).length).toBeGreaterThan(0);
});
