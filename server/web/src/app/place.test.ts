import { expect, it } from 'vitest';
import { type Place, parsePlace, placePath, sameView } from './place.ts';

const places: [string, Place][] = [
  ['/', { view: null, conversationId: null }],
  ['/c/c1', { view: null, conversationId: 'c1' }],
  ['/mine', { view: { name: 'mine' }, conversationId: null }],
  ['/all', { view: { name: 'all' }, conversationId: null }],
  ['/snoozed/c/c1', { view: { name: 'snoozed' }, conversationId: 'c1' }],
  ['/inbox/i1/snoozed', { view: { name: 'inbox', inboxId: 'i1', status: 'snoozed' }, conversationId: null }],
  ['/unassigned/c/c_9', { view: { name: 'unassigned' }, conversationId: 'c_9' }],
  ['/inbox/i1', { view: { name: 'inbox', inboxId: 'i1', status: 'open' }, conversationId: null }],
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

it('tells lists apart', () => {
  expect(sameView({ name: 'mine' }, { name: 'mine' })).toBe(true);
  expect(sameView({ name: 'mine' }, { name: 'unassigned' })).toBe(false);
  expect(
    sameView(
      { name: 'inbox', inboxId: 'i', status: 'open' },
      { name: 'inbox', inboxId: 'i', status: 'archived' },
    ),
  ).toBe(false);
});
