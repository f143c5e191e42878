import { expect, test } from 'vitest';
import { findPages } from './find-pages.ts';
import { SETTINGS } from './pages.ts';

const found = (query: string): readonly (string | null)[][] =>
  findPages(SETTINGS, query).map(({ entry, because }) => [entry.path, because]);

test('pages are found by what they hold, which is told, and by their name, which tells itself', () => {
  expect(found('password')).toEqual([
    ['security', 'password'],
    ['users', 'reset password'],
  ]);
  expect(found('second factor')).toEqual([
    ['security', 'second factor'],
    ['users', 'second factor'],
  ]);
  expect(found('Secur')).toEqual([['security', null]]);
  expect(found('holidays')).toEqual([
    ['absence', 'holidays'],
    ['hours', 'holidays'],
  ]);
});

test('2FA is found as it is written, in another case, and by each of its names', () => {
  for (const query of ['2fa', '2FA', 'two-factor', 'two factor', 'twofactor'])
    expect(found(query).map(([path]) => path)).toContain('security');
});

test('every word has to be found, in whatever order, and a group is a word of its pages', () => {
  expect(found('inboxes signatures')).toEqual([['signatures', null]]);
  expect(found('reply auto').map(([path]) => path)).toEqual(['absence', 'hours']);
  expect(found('password holidays')).toEqual([]);
});

test('nothing looked for: all of them', () => {
  expect(found('  ').length).toBe(SETTINGS.length);
});

test('each group stands in one piece', () => {
  const groups = SETTINGS.map(({ group }) => group);
  const turns = groups.filter((group, at) => group !== groups[at - 1]);
  expect(turns).toEqual(['You', 'Inboxes', 'Channels', 'People', 'Organisation']);
});
