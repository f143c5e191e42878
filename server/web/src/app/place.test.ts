import { expect, it } from 'vitest';
import { type Place, parsePlace, placePath } from './place.ts';

const places: [string, Place][] = [
  ['/', { view: null, conversationId: null }],
  ['/c/c1', { view: null, conversationId: 'c1' }],
  ['/mine', { view: { name: 'mine' }, conversationId: null }],
  ['/all', { view: { name: 'all' }, conversationId: null }],
  ['/snoozed/c/c1', { view: { name: 'snoozed' }, conversationId: 'c1' }],
  ['/inbox/i1/snoozed', { view: { name: 'inbox', inboxId: 'i1', status: 'snoozed' }, conversationId: null }],
  ['/unassigned/c/c_9', { view: { name: 'unassigned' }, conversationId: 'c_9' }],
  ['/inbox/i1', { view: { name: 'inbox', inboxId: 'i1', status: 'open' }, conversationId: null }],
  ['/mine/unread', { view: { name: 'mine', filter: { unread: true } }, conversationId: null }],
  ['/view/v1/c/c1', { view: { name: 'view', viewId: 'v1' }, conversationId: 'c1' }],
  [
    '/all/in/i1,i2/for/others/read/c/c1',
    {
      view: { name: 'all', filter: { inboxIds: ['i1', 'i2'], assignee: 'others', unread: false } },
      conversationId: 'c1',
    },
  ],
  [
    '/inbox/i1/archived/for/me/unread',
    {
      view: { name: 'inbox', inboxId: 'i1', status: 'archived', filter: { assignee: 'me', unread: true } },
      conversationId: null,
    },
  ],
  [
    '/inbox/i1/for/agt_1',
    {
      view: { name: 'inbox', inboxId: 'i1', status: 'open', filter: { assignee: 'agt_1' } },
      conversationId: null,
    },
  ],
  [
    '/inbox/i1/archived/c/c2',
    { view: { name: 'inbox', inboxId: 'i1', status: 'archived' }, conversationId: 'c2' },
  ],
];

it.each(places)('%s is a place, there and back', (path, place) => {
  expect(parsePlace(path)).toEqual(place);
  expect(placePath(place)).toBe(path);
});

it('takes an address it does not know for no view', () => {
  expect(parsePlace('/settings/numbers')).toEqual({ view: null, conversationId: null });
  expect(parsePlace('/inbox')).toEqual({ view: null, conversationId: null });
});
