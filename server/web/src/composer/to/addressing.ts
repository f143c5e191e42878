import type { Addressed, ConversationRow, LatchboxClient, PreparedReply, Recipient } from '@latchbox/client';
import { createStore, type Store } from '../../lib/store.ts';
import { takeAddresses, withoutTwice } from './addresses.ts';

export const FIELDS = ['to', 'cc', 'bcc'] as const;
export type Field = (typeof FIELDS)[number];
export type People = { readonly [F in Field]: readonly Recipient[] };

/** To whom the reply of a conversation goes, and from where, as far as its author said so. */
export interface Addressing {
  /** `contact`: as it would by itself. `all`: to everybody of the newest mail. `own`: to `people`. */
  readonly mode: 'contact' | 'all' | 'own';
  readonly people: People;
  /** What was typed and is no recipient yet. */
  readonly typed: { readonly [F in Field]: string };
  /** What is wrong with it. */
  readonly wrong: { readonly [F in Field]: string | null };
  /** The fields stand open. */
  readonly shown: boolean;
  /** Another address of the inbox than the one that would be taken. */
  readonly from: string | null;
}

const NOBODY: People = { to: [], cc: [], bcc: [] };
export const PLAIN: Addressing = {
  mode: 'contact',
  people: NOBODY,
  typed: { to: '', cc: '', bcc: '' },
  wrong: { to: null, cc: null, bcc: null },
  shown: false,
  from: null,
};

const kept = new WeakMap<LatchboxClient, Map<string, Store<Addressing>>>();

/** The addressing of a conversation's reply; always the same one. It stays for as long as the page does. */
export function addressingOf(client: LatchboxClient, conversationId: string): Store<Addressing> {
  const mine = kept.get(client) ?? new Map<string, Store<Addressing>>();
  kept.set(client, mine);
  const store = mine.get(conversationId) ?? createStore(PLAIN);
  mine.set(conversationId, store);
  return store;
}

/** Who gets it, as it stands now. */
export function peopleOf(
  { mode, people }: Addressing,
  prepared: PreparedReply | null,
  { contact }: Pick<ConversationRow, 'contact'>,
): People {
  if (mode === 'own') return people;
  const { to, cc } = (mode === 'all' ? prepared?.all : prepared?.reply) ?? { to: [contact], cc: [] };
  return { to, cc, bcc: [] };
}

/** Adds to a field, or puts others into it. Whoever is named twice keeps the first place. */
export function withPeople(
  now: Addressing,
  people: People,
  field: Field,
  next: readonly Recipient[],
): Addressing {
  const others = FIELDS.filter((one) => one !== field).flatMap((one) => people[one]);
  const own = { ...people, [field]: withoutTwice(next, others) };
  return { ...now, mode: 'own', people: own };
}

/** Takes what was typed into a field, as far as it is addresses; the rest stays, with its reason. */
export function taken(now: Addressing, people: People, field: Field): Addressing {
  const { recipients, rest, wrong } = takeAddresses(now.typed[field]);
  const next =
    recipients.length === 0 ? now : withPeople(now, people, field, [...people[field], ...recipients]);
  return {
    ...next,
    typed: { ...now.typed, [field]: rest },
    wrong: { ...now.wrong, [field]: wrong },
  };
}

/** Takes what was typed into any field, before it is sent. */
export function takenAll(now: Addressing, peopleAt: (now: Addressing) => People): Addressing {
  let next = now;
  for (const field of FIELDS) next = taken(next, peopleAt(next), field);
  return next;
}

/** Nothing stands in the way of sending: no half an address, and somebody to get it. */
export function isSendable({ mode, people, wrong }: Addressing): boolean {
  return FIELDS.every((field) => wrong[field] === null) && (mode !== 'own' || people.to.length > 0);
}

/** What the send door is told. */
export function addressedBy({ mode, people, from }: Addressing): Addressed {
  const given = ([, some]: [string, readonly Recipient[]]): boolean => some.length > 0;
  const recipients = Object.fromEntries(
    Object.entries(people)
      .filter(given)
      .map(([field, some]) => [field, some.map(plain)]),
  ) as Partial<Record<Field, Recipient[]>>;
  return {
    ...(mode === 'all' && { recipients: 'all' as const }),
    ...(mode === 'own' && { recipients: { to: [], ...recipients } }),
    ...(from !== null && { from }),
  };
}

function plain({ name, address }: Recipient): Recipient {
  return name === undefined || name === '' ? { address } : { name, address };
}
