/** The mutations of every day: each makes the test that is there for it fail, for the right reason; without it the test passes. */

import { beforeAll, describe, expect, test } from 'vitest';
import { runSelections, type TestRun, verdictOf } from '../tools/mutation.ts';
import { MUTATIONS } from '../tools/mutations.ts';
import { copySources } from '../tools/source-copy.ts';

const DAILY = MUTATIONS.filter(({ rare }) => rare !== true);

/** What the tests say of the sources as they are, by the name of the mutation. */
const without = new Map<string, TestRun>();
beforeAll(async () => {
  await using unchanged = await copySources();
  const runs = await runSelections(
    unchanged.top,
    DAILY.map(({ noticedBy }) => noticedBy),
  );
  for (const [index, { name }] of DAILY.entries()) without.set(name, runs[index]!);
});

describe.each(DAILY)('$name: $what', (mutation) => {
  test('is noticed', async () => {
    await using mutated = await copySources(mutation.patches);
    const run = (await runSelections(mutated.top, [mutation.noticedBy]))[0]!;
    const { fate, by } = verdictOf(mutation, without.get(mutation.name)!, run);
    expect(fate, by).toBe('caught');
  });
});
