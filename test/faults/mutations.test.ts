/** The five mutations: each makes the tests that are there for it fail, and without it the same tests pass. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MUTATIONS, runSelection } from '../tools/mutation.ts';
import { copySources, type SourceCopy } from '../tools/source-copy.ts';

let unchanged: SourceCopy;
beforeAll(async () => {
  unchanged = await copySources();
});
afterAll(() => unchanged[Symbol.asyncDispose]());

describe.each(MUTATIONS)('$name: $what', ({ patches, noticedBy }) => {
  test('is noticed', async () => {
    await using mutated = await copySources(patches);
    const good = await runSelection(unchanged.top, noticedBy);
    expect(good.failed, 'without it').toEqual([]);
    expect(good.passed, good.output).not.toEqual([]);
    const bad = await runSelection(mutated.top, noticedBy);
    expect(bad.failed.length, `with it: ${bad.output}`).toBeGreaterThan(0);
    // It ran and found something wrong; it did not just fail to start.
    expect(bad.failed.length + bad.passed.length).toBe(good.passed.length);
    for (const { message } of bad.failed)
      expect(message).not.toMatch(/did not start|SyntaxError|Cannot find/);
  });
});
