import { expect, test } from 'vitest';
import {
  addressedBy,
  type Addressing,
  isSendable,
  peopleOf,
  PLAIN,
  takenAll,
  withPeople,
} from './addressing.ts';

const ROSA = { id: 'rosa', name: 'Rosa', address: 'rosa@x.example' };
const ROW = { contact: ROSA };
const STUDIO = { address: 'studio@x.example' };
const peopleAt = (now: Addressing) => peopleOf(now, null, ROW);

test('untouched it goes to the contact, and the door is told nothing', () => {
  expect(peopleAt(PLAIN).to).toEqual([ROSA]);
  expect(addressedBy(PLAIN)).toEqual({});
  expect(addressedBy({ ...PLAIN, mode: 'all', from: 'a@x.example' })).toEqual({
    recipients: 'all',
    from: 'a@x.example',
  });
});

test('a copy keeps the contact, and each is told once', () => {
  const next = withPeople(PLAIN, peopleAt(PLAIN), 'cc', [STUDIO, { address: 'ROSA@x.example' }]);
  expect(addressedBy(next).recipients).toEqual({
    to: [{ name: 'Rosa', address: 'rosa@x.example' }],
    cc: [STUDIO],
  });
});

test('half an address stops the send, and stays', () => {
  const typing = { ...PLAIN, shown: true, typed: { to: '', cc: 'studio', bcc: 'boss@x.example' } };
  const next = takenAll(typing, peopleAt);
  expect(isSendable(next)).toBe(false);
  expect(next.typed.cc).toBe('studio');
  expect(next.people.bcc).toEqual([{ address: 'boss@x.example' }]);
  expect(isSendable(withPeople(PLAIN, peopleAt(PLAIN), 'to', []))).toBe(false);
});
