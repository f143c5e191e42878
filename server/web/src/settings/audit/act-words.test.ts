import { expect, it } from 'vitest';
import { actWords, detailWords } from './act-words.ts';

it('says an act in words, and that it was refused', () => {
  expect(actWords('inbox.member_put')).toBe('Inbox member added or changed');
  expect(actWords('inbox.member_put.refused')).toBe('Refused: inbox member added or changed');
  expect(actWords('inbox.member_removed')).toBe('Inbox member removed');
  expect(actWords('api_key.revoked')).toBe('API key revoked');
  expect(actWords('sign_in.refused')).toBe('Sign in refused');
  expect(actWords('user.locked.refused')).toBe('Refused: user locked');
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
  const names = new Map([['agt_1', 'Ana Lind']]);
  expect(
    detailWords({ locksTo: 'agt_1', locks: { handed: 1, released: 0 }, teamIds: [], on: true }, names),
  ).toEqual([
    { name: 'locks to', is: 'Ana Lind' },
    { name: 'locks', is: 'handed 1, released 0' },
    { name: 'team ids', is: 'none' },
    { name: 'on', is: 'yes' },
  ]);
  expect(detailWords({})).toEqual([]);
});
