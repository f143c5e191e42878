import { expect, test } from 'vitest';
import { freeze, same } from './plain.ts';

test('plain data is compared by what it says, anything else by identity', () => {
  expect(same({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true);
  expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(same([], {})).toBe(false);
  expect(same(Number.NaN, Number.NaN)).toBe(true);
  const handle = new (class Handle {})();
  expect(same({ handle }, { handle })).toBe(true);
  expect(same(new Map(), new Map())).toBe(false);
  expect(same({ toString: undefined }, {})).toBe(false);
});

test('plain data is frozen all the way down, and a handle in it is left alone', () => {
  const handle = new (class Handle {
    open = true;
  })();
  const value = freeze({ rows: [{ lock: { status: 'free' } }], handle, nothing: null });
  expect(Object.isFrozen(value) && Object.isFrozen(value.rows[0]?.lock)).toBe(true);
  handle.open = false;
  expect(value.handle.open).toBe(false);
});
