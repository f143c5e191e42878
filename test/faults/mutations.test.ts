/** The mutations: each makes the tests that are there for it fail, and without it the same tests pass. */

import { beforeAll, describe, expect, test } from 'vitest';
import { MUTATIONS, runSelections, type TestRun } from '../tools/mutation.ts';
import { copySources } from '../tools/source-copy.ts';

/** What the tests say of the sources as they are, by the name of the mutation. */
const without = new Map<string, TestRun>();
beforeAll(async () => {
  await using unchanged = await copySources();
  const selections = MUTATIONS.map(({ noticedBy }) => noticedBy);
  const runs = await runSelections(unchanged.top, selections);
  for (const [index, { name }] of MUTATIONS.entries()) without.set(name, runs[index]!);
});

describe.each(MUTATIONS)('$name: $what', ({ name, patches, noticedBy }) => {
  test('is noticed', async () => {
    await using mutated = await copySources(patches);
    const good = without.get(name)!;
    expect(good.failed, 'without it').toEqual([]);
    expect(good.passed, good.output).not.toEqual([]);
    const bad = (await runSelections(mutated.top, [noticedBy]))[0]!;
    expect(bad.failed.length, `with it: ${bad.output}`).toBeGreaterThan(0);
    // It ran and found something wrong; it did not just fail to start.
    expect(bad.failed.length + bad.passed.length).toBe(good.passed.length);
    for (const { message } of bad.failed)
      expect(message).not.toMatch(/did not start|SyntaxError|Cannot find/);
  });
});
