import { expect, it } from 'vitest';
import { inboxWords, nameFor, readWords, whoseWords } from './filter-words.ts';

const PEOPLE = [{ id: 'agt_1', name: 'Ben Ode' }];
const TEAMS = [{ id: 'tea_1', name: 'Repairs' }];
const INBOXES = [
  { id: 'ibx_1', name: 'Orders' },
  { id: 'ibx_2', name: 'Returns' },
];

it.each([
  [undefined, 'Anybody'],
  ['me', 'Me'],
  ['others', 'A colleague'],
  ['none', 'Nobody'],
  ['agt_1', 'Ben Ode'],
  ['tea_1', 'Repairs'],
  ['agt_2', 'Somebody'],
  ['tea_2', 'A team'],
])('says whose are shown: %s', (assignee, words) => {
  expect(whoseWords(assignee, PEOPLE, TEAMS)).toBe(words);
});

it('says which inboxes and whether they are read', () => {
  expect(
    [undefined, [], ['ibx_1'], ['ibx_1', 'ibx_2'], ['ibx_9']].map((ids) => inboxWords(ids, INBOXES)),
  ).toEqual(['Every inbox', 'No inbox', 'Orders', '2 inboxes', 'An inbox']);
  expect([undefined, true, false].map(readWords)).toEqual(['Read or not', 'Unread', 'Read']);
});

it('makes a name of a filter', () => {
  expect(nameFor({ status: 'open', assignee: 'me', unread: true, inboxIds: ['ibx_1'] }, INBOXES)).toBe(
    'Unread, mine, Orders',
  );
  expect(nameFor({ status: 'archived', assignee: 'none' }, INBOXES)).toBe('Archived, unassigned');
  expect(nameFor({ status: 'open' }, INBOXES)).toBe('');
});
