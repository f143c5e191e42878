import { expect, test } from 'vitest';
import { changes } from './changes.ts';

test('only what changed, as it was and as it is; of an object in it only what changed there', () => {
  const before = { name: 'Orders', colour: '#123456', times: { lockTtl: 1, idleAfter: 2 }, tags: ['a'] };
  const after = { ...before, name: 'Returns', times: { lockTtl: 1, idleAfter: 3 }, tags: ['a', 'b'] };
  expect(changes(before, after)).toEqual({
    before: { name: 'Orders', times: { idleAfter: 2 }, tags: ['a'] },
    after: { name: 'Returns', times: { idleAfter: 3 }, tags: ['a', 'b'] },
  });
  expect(changes(before, { ...before })).toEqual({ before: {}, after: {} });
  expect(changes({}, { externalId: 'x' })).toEqual({
    before: { externalId: null },
    after: { externalId: 'x' },
  });
});
