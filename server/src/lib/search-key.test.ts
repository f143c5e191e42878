import { expect, it } from 'vitest';
import { searchKey } from './search-key.ts';

it('is the same however a name is written', () => {
  expect(searchKey('  Zoë   ÅSTRÖM ')).toBe('zoe astrom');
  expect(searchKey('Zoe\u0308 A\u030astro\u0308m')).toBe('zoe astrom');
  expect(searchKey('田中')).toBe('田中');
});
