import { expect, test } from 'vitest';
import { onDemand } from './on-demand.ts';

test('what is loaded on demand is loaded with the first call, once, and a load that failed is tried again', () => {
  let loads = 0;
  const given = onDemand(() => {
    loads += 1;
    if (loads === 1) throw new Error('not yet');
    return undefined;
  });
  expect(loads).toBe(0);
  expect(given).toThrow('not yet');
  given();
  given();
  expect(loads).toBe(2);
});
