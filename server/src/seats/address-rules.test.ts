import { describe, expect, test } from 'vitest';
import type { Holder } from '../database/seats/seats.ts';
import { type Asked, judge, type Person, type SeatState } from './address-rules.ts';

const person = (id: string, name: string, state: SeatState = 'active', email?: string): Person => ({
  id,
  kind: 'person',
  name,
  email: email ?? `${id}@login.example`,
  state,
});
const ann = person('ann', 'Ann Berg', 'active', 'a.b@shop.example');
const ben = person('ben', 'Ben Ode', 'active', 'boss@shop.example');

const asked = (address: string, more: Partial<Asked> = {}): Asked => ({
  address,
  owner: ann,
  colleagues: [ben],
  holder: undefined,
  used: 0,
  limit: 2,
  groupAddresses: ['info', 'sales', 'no-reply'],
  groupAddressesAllowed: false,
  domains: new Set(['shop.example', 'login.example']),
  ...more,
});

/** `own: name`, `unknown`, or the rule that refuses it. */
function said(address: string, more: Partial<Asked> = {}): string {
  const verdict = judge(asked(address, more));
  if (verdict.is === 'own') return `own: ${verdict.by}`;
  return verdict.is === 'refused' ? verdict.rule : verdict.is;
}

describe('whose an address is', () => {
  test.each([
    ['a.b@shop.example', 'own: account'],
    ['ann.berg@shop.example', 'own: name'],
    ['berg.ann@shop.example', 'own: name'],
    ['annberg@shop.example', 'own: name'],
    ['ann_berg@shop.example', 'own: name'],
    ['a.berg@shop.example', 'own: name'],
    ['ann-b@shop.example', 'own: name'],
    ['ann@shop.example', 'own: name'],
    ['berg@shop.example', 'own: name'],
    ['ann.berg@elsewhere.example', 'own: name'],
    ['ann.berg+news@shop.example', 'own: name'],
    ['ann.berg2@shop.example', 'unknown'],
    ['a@shop.example', 'unknown'],
    ['hiker77@elsewhere.example', 'unknown'],
    ['desk@shop.example', 'unknown'],
  ])('%s is %s', (address, expected) => expect(said(address)).toBe(expected));

  test.each([
    ['Jürgen Müller', 'j.mueller@shop.example', 'own: name'],
    ['Jürgen Müller', 'juergen.mueller@shop.example', 'own: name'],
    ['Jürgen Müller', 'jurgen.muller@shop.example', 'own: name'],
    ['Zoë van der Berg', 'zoe.berg@shop.example', 'own: name'],
    ['Søren Ågård', 'soeren.aagaard@shop.example', 'own: name'],
    ['Cher', 'cher@shop.example', 'own: name'],
    ['', 'x@shop.example', 'unknown'],
    ['山田 太郎', 'yamada@shop.example', 'unknown'],
  ])('of %s, %s is %s', (name, address, expected) =>
    expect(said(address, { owner: person('one', name) })).toBe(expected),
  );

  test('two of one name: nothing says which of them; a fuller name does', () => {
    const other = person('other', 'Ann Moor');
    expect(said('ann@shop.example', { colleagues: [other] })).toBe('unknown');
    expect(said('ann.berg@shop.example', { colleagues: [other] })).toBe('own: name');
    expect(said('ann@shop.example', { colleagues: [{ ...other, state: 'deactivated' }] })).toBe('own: name');
  });

  test('an alias of one’s own mailbox may become a mailbox of its own', () => {
    const holder: Holder = { kind: 'mailbox', mailboxId: 'm', ownerId: 'ann', main: false };
    expect(said('desk@shop.example', { holder })).toBe('own: alias');
  });
});

describe('what stands against it', () => {
  test.each<[string, string, Partial<Asked>]>([
    ['a group’s address', 'info@shop.example', {}],
    ['a group’s address with a plus', 'sales+berlin@shop.example', {}],
  ])('%s', (_what, address, more) => expect(said(address, more)).toBe('mailbox_group_address'));

  test('a group’s address is allowed where the organisation says so, and is then nobody’s by its name', () => {
    expect(said('info@shop.example', { groupAddressesAllowed: true })).toBe('unknown');
  });

  test.each([
    ['boss@shop.example', 'mailbox_colleague_address'],
    ['ben.ode@shop.example', 'mailbox_colleague_address'],
    ['bode@shop.example', 'mailbox_colleague_address'],
    ['ben@shop.example', 'mailbox_colleague_address'],
    ['ben.ode@elsewhere.example', 'unknown'],
  ])('a colleague’s: %s', (address, expected) => expect(said(address)).toBe(expected));

  test.each<[SeatState, string]>([
    ['invited', 'mailbox_colleague_address'],
    ['locked', 'mailbox_colleague_address'],
    ['deactivated', 'unknown'],
  ])('of a colleague who is %s', (state, expected) =>
    expect(said('ben.ode@shop.example', { colleagues: [{ ...ben, state }] })).toBe(expected),
  );

  test.each<[Holder, string]>([
    [{ kind: 'inbox' }, 'mailbox_in_use'],
    [{ kind: 'mailbox', mailboxId: 'm', ownerId: null, main: true }, 'mailbox_in_use'],
    [{ kind: 'mailbox', mailboxId: 'm', ownerId: 'ben', main: true }, 'mailbox_in_use'],
    [{ kind: 'mailbox', mailboxId: 'm', ownerId: 'ben', main: false }, 'mailbox_in_use'],
    [{ kind: 'request', ownerId: 'ben' }, 'mailbox_in_use'],
    [{ kind: 'request', ownerId: 'ann' }, 'mailbox_requested_already'],
    [{ kind: 'mailbox', mailboxId: 'm', ownerId: 'ann', main: true }, 'mailbox_yours_already'],
  ])('held by %o', (holder, expected) => expect(said('desk@shop.example', { holder })).toBe(expected));

  test('whose seat has it is part of the verdict, also of one that is locked', () => {
    const locked = { ...ben, state: 'locked' as const };
    const holder: Holder = { kind: 'mailbox', mailboxId: 'm', ownerId: 'ben', main: true };
    expect(judge(asked('desk@shop.example', { holder, colleagues: [locked] }))).toEqual({
      is: 'refused',
      rule: 'mailbox_in_use',
      of: locked,
    });
  });

  test.each([
    [0, 0, 'mailbox_limit_reached'],
    [1, 2, 'own: name'],
    [2, 2, 'mailbox_limit_reached'],
    [2, 3, 'own: name'],
    [5, 2, 'mailbox_limit_reached'],
  ])('with %i of %i used', (used, limit, expected) =>
    expect(said('ann.berg@shop.example', { used, limit })).toBe(expected),
  );

  test.each<[SeatState, string]>([
    ['invited', 'mailbox_seat_invited'],
    ['locked', 'mailbox_seat_locked'],
    ['deactivated', 'mailbox_seat_ended'],
  ])('for a seat that is %s', (state, expected) =>
    expect(said('ann.berg@shop.example', { owner: { ...ann, state } })).toBe(expected),
  );

  test('a system actor has no mailbox of its own', () => {
    expect(said('ann.berg@shop.example', { owner: { ...ann, kind: 'system' } })).toBe('mailbox_not_a_person');
  });

  test('the first that stands against it is said: seat, group, colleague, holder, limit', () => {
    const all = { used: 2, holder: { kind: 'inbox' } as const };
    expect(said('info@shop.example', { ...all, owner: { ...ann, state: 'locked' } })).toBe(
      'mailbox_seat_locked',
    );
    expect(said('info@shop.example', all)).toBe('mailbox_group_address');
    expect(said('ben@shop.example', all)).toBe('mailbox_colleague_address');
    expect(said('desk@shop.example', all)).toBe('mailbox_in_use');
    expect(said('desk@shop.example', { used: 2 })).toBe('mailbox_limit_reached');
  });
});
