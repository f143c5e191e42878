/** Random faults under the seeds that are kept; `npm run faults` plays them for longer, and new seeds too. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAILPOINTS } from '../tools/failpoints.ts';
import { copySources, type SourceCopy } from '../tools/source-copy.ts';
import { runChaos } from './chaos.ts';

/** Seeds of runs that once failed, and a few that always ran: `{"chaos": [numbers]}`. */
const kept = JSON.parse(readFileSync(join(import.meta.dirname, 'seeds.json'), 'utf8')) as { chaos: number[] };
const DURATION = Number(process.env.CHAOS_MS ?? 5_000);

let sources: SourceCopy;
beforeAll(async () => {
  sources = await copySources(FAILPOINTS);
});
afterAll(() => sources[Symbol.asyncDispose]());

test.each(kept.chaos)('seed %i', async (seed) => {
  const result = await runChaos({ seed, duration: DURATION, sources });
  expect(result.sends).toBeGreaterThan(0);
});
