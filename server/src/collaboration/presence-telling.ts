import type { DownItem, Person } from '@latchbox/shared';
import type { Clock } from '../lib/clock.ts';
import type { Roster } from './roster.ts';
import { type Difference, MOST_PEOPLE, namedOf, type Present } from './roster-places.ts';

/** Hands an item to the sockets of this server that are subscribed to the inbox. */
export type Emit = (inboxId: string, item: DownItem) => void;

/** Most people whose going is remembered in a crowd, so that they are not shown for ever when it has become small again. */
const MOST_SHOWN = 1_000;

/** An inbox with more people than are told by name. */
interface Crowd {
  /** Whom clients may be showing: they were told of them before it was a crowd, or in a snapshot since. */
  readonly shown: Map<string, Person>;
  told: number;
}

function remember(crowd: Crowd, people: Iterable<Present>): void {
  for (const { person } of people) {
    crowd.shown.set(person.id, person);
    if (crowd.shown.size <= MOST_SHOWN) continue;
    const [oldest] = crowd.shown.keys();
    if (oldest !== undefined) crowd.shown.delete(oldest);
  }
}

/**
 * Tells the differences to the inboxes' rooms: people by name, and in an inbox with more than `MOST_PEOPLE` only their
 * number, at most every `totalsEvery` ms.
 */
export function createTelling(deps: {
  readonly roster: Roster;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly totalsEvery: number;
}) {
  const { roster, emit, clock } = deps;
  const crowds = new Map<string, Crowd>();
  const changed = new Set<string>();
  let cancelTotals: (() => void) | undefined;

  function tellTotals(): void {
    cancelTotals = undefined;
    for (const inboxId of changed) {
      const total = roster.total(inboxId);
      const crowd = crowds.get(inboxId);
      if (crowd === undefined || crowd.told === total) continue;
      crowd.told = total;
      emit(inboxId, { t: 'presence', inboxId, changes: [], total });
    }
    changed.clear();
  }

  function tellCrowd(inboxId: string, people: Iterable<Present>): void {
    const crowd = crowds.get(inboxId) ?? { shown: new Map<string, Person>(), told: 0 };
    if (!crowds.has(inboxId)) {
      crowds.set(inboxId, crowd);
      remember(crowd, people);
      remember(crowd, roster.people(inboxId, MOST_PEOPLE));
    }
    changed.add(inboxId);
    cancelTotals ??= clock.setTimer(deps.totalsEvery, tellTotals);
  }

  function tellPeople(inboxId: string, people: Map<string, Present>): void {
    const total = roster.total(inboxId);
    if (total > MOST_PEOPLE) return tellCrowd(inboxId, people.values());
    const crowd = crowds.get(inboxId);
    const changes = new Map(people);
    if (crowd !== undefined) {
      crowds.delete(inboxId);
      for (const person of crowd.shown.values()) changes.set(person.id, { person, availability: 'offline' });
      for (const present of roster.people(inboxId, MOST_PEOPLE)) changes.set(present.person.id, present);
    }
    emit(inboxId, { t: 'presence', inboxId, changes: [...changes.values()], total });
  }

  return {
    tell: (difference: Difference): void => {
      for (const [inboxId, people] of difference.people) tellPeople(inboxId, people);
      for (const [conversationId, inboxId] of difference.viewers) {
        emit(inboxId, { t: 'viewers', inboxId, conversationId, viewers: roster.viewers(conversationId) });
      }
    },
    /** The people of an inbox for a snapshot: all of them, or some of a crowd. */
    people: (inboxId: string): Present[] => {
      const people = roster.people(inboxId, namedOf(roster.total(inboxId)));
      const crowd = crowds.get(inboxId);
      if (crowd !== undefined) remember(crowd, people);
      return people;
    },
    close: (): void => cancelTotals?.(),
  };
}
