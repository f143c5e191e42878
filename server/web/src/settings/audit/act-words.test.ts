import { expect, it } from 'vitest';
import { actWords, detailWords } from './act-words.ts';

it('says an act in words, and that it was refused', () => {
  expect(actWords('inbox.member_put')).toBe('inbox, member put');
  expect(actWords('user.locked.refused')).toBe('was refused: user, locked');
});

it('says of a change what it was and is, of the rest what it is', () => {
  expect(
    detailWords({
      before: { name: 'Ben', role: null },
      after: { name: 'Benno', role: 'admin' },
      by: 'mail',
      password: false,
    }),
  ).toEqual([
    { name: 'name', was: 'Ben', is: 'Benno' },
    { name: 'role', was: 'nothing', is: 'admin' },
    { name: 'by', is: 'mail' },
  ]);
  expect(detailWords({})).toEqual([]);
});
