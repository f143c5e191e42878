/** One guard is taken away here; `node --run simulate` takes all of them away, one after the other, for some seconds each. */
import { describe, expect, test } from 'vitest';
import { GUARDS, tryWithout, WITHIN } from './guards.ts';

describe.each(GUARDS.slice(0, 1))('without a guard: $name', (guard) => {
  test(`is noticed within ${WITHIN} seeds`, { timeout: 120_000 }, async () => {
    const { noticed, said } = await tryWithout(guard);
    expect(noticed, said).toBe(true);
  });
});
