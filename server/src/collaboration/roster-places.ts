import type { Availability, Person, Viewer } from '@latchbox/shared';
import type { PresenceEntry, Viewing } from '../cluster/registry.ts';

/** Most people of an inbox, and most viewers of a conversation, that are told by name. */
export const MOST_PEOPLE = 100;
export const MOST_VIEWERS = 50;

/**
 * How many of `total` people a newcomer is told by name: of a large inbox enough for faces beside the number. When a server starts
 * again thousands come at once, and a hundred names for each of them were the largest part of that work.
 */
export function namedOf(total: number): number {
  return total > MOST_PEOPLE ? 12 : MOST_PEOPLE;
}

export interface Present {
  readonly person: Person;
  readonly availability: Availability;
}

/** What became different, added up per person and not per tab. */
export interface Difference {
  /** By inbox, then by agent. */
  readonly people: Map<string, Map<string, Present>>;
  /** By conversation: the inbox it is in. */
  readonly viewers: Map<string, string>;
}

export const noDifference = (): Difference => ({ people: new Map(), viewers: new Map() });

/** A person as seen now. The same object as long as the person is there. */
export interface PersonHere {
  person: Person;
  availability: 'online' | 'away';
}

/** How many sessions of each person, in the order in which the people came. */
type Counts = Map<PersonHere, number>;

/** One session more or less; true when the person came or went by it. */
function count(counts: Counts, owner: PersonHere, step: 1 | -1): boolean {
  const now = (counts.get(owner) ?? 0) + step;
  if (now === 0) counts.delete(owner);
  else counts.set(owner, now);
  return now === 0 || (now === 1 && step === 1);
}

/** What only the one list has, and what only the other. */
function compare<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (one: T) => string,
): { gone: T[]; come: T[] } {
  if (before === after) return { gone: [], come: [] };
  const had = new Set(before.map(nameOf));
  const has = new Set(after.map(nameOf));
  return {
    gone: before.filter((one) => !has.has(nameOf(one))),
    come: after.filter((one) => !had.has(nameOf(one))),
  };
}

/** The people of each inbox; one without people takes no room. */
function createInboxes() {
  const inboxes = new Map<string, Counts>();

  function tell(inboxId: string, owner: PersonHere, difference: Difference): void {
    const here = inboxes.get(inboxId)?.has(owner) === true;
    const told = difference.people.get(inboxId) ?? new Map<string, Present>();
    told.set(owner.person.id, { person: owner.person, availability: here ? owner.availability : 'offline' });
    difference.people.set(inboxId, told);
  }

  function step(owner: PersonHere, inboxId: string, by: 1 | -1, difference: Difference): void {
    const counts: Counts = inboxes.get(inboxId) ?? new Map();
    const changed = count(counts, owner, by);
    if (counts.size === 0) inboxes.delete(inboxId);
    else inboxes.set(inboxId, counts);
    if (changed) tell(inboxId, owner, difference);
  }

  return {
    tell,
    /** Takes a session of the person from some inboxes to others. */
    move(owner: PersonHere, from: readonly string[], to: readonly string[], difference: Difference): void {
      const { gone, come } = compare(from, to, (inboxId) => inboxId);
      for (const inboxId of gone) step(owner, inboxId, -1, difference);
      for (const inboxId of come) step(owner, inboxId, 1, difference);
    },
    total: (inboxId: string): number => inboxes.get(inboxId)?.size ?? 0,
    first(inboxId: string, most: number): Present[] {
      const first: Present[] = [];
      for (const { person, availability } of inboxes.get(inboxId)?.keys() ?? []) {
        first.push({ person, availability });
        if (first.length === most) break;
      }
      return first;
    },
  };
}

interface View {
  readonly inboxId: string;
  readonly viewers: Counts;
}

/** The viewers of each conversation; one without viewers takes no room. */
function createViews() {
  const views = new Map<string, View>();
  const inInbox = new Map<string, Set<string>>();

  /** Whether the person is one of the viewers that are told. */
  function isShown({ viewers }: View, owner: PersonHere): boolean {
    if (viewers.size <= MOST_VIEWERS) return viewers.has(owner);
    let seen = 0;
    for (const other of viewers.keys()) {
      if (other === owner) return true;
      seen += 1;
      if (seen === MOST_VIEWERS) break;
    }
    return false;
  }

  function step(owner: PersonHere, at: Viewing, by: 1 | -1, difference: Difference): void {
    const { conversationId } = at;
    const view = views.get(conversationId) ?? { inboxId: at.inboxId, viewers: new Map() };
    const wasShown = isShown(view, owner);
    count(view.viewers, owner, by);
    if (wasShown || isShown(view, owner)) difference.viewers.set(conversationId, view.inboxId);
    const all = inInbox.get(view.inboxId) ?? new Set();
    if (view.viewers.size > 0) {
      views.set(conversationId, view);
      inInbox.set(view.inboxId, all.add(conversationId));
    } else {
      views.delete(conversationId);
      all.delete(conversationId);
      if (all.size === 0) inInbox.delete(view.inboxId);
    }
  }

  return {
    tell(conversationId: string, owner: PersonHere, difference: Difference): void {
      const view = views.get(conversationId);
      if (view !== undefined && isShown(view, owner)) difference.viewers.set(conversationId, view.inboxId);
    },
    /** Takes a session of the person from some conversations to others. */
    move(owner: PersonHere, from: readonly Viewing[], to: readonly Viewing[], difference: Difference): void {
      const { gone, come } = compare(from, to, (at) => at.conversationId);
      for (const at of gone) step(owner, at, -1, difference);
      for (const at of come) step(owner, at, 1, difference);
    },
    first(conversationId: string): Viewer[] {
      const first: Viewer[] = [];
      for (const [{ person, availability }, sessions] of views.get(conversationId)?.viewers ?? []) {
        first.push({ person, sessions, availability });
        if (first.length === MOST_VIEWERS) break;
      }
      return first;
    },
    inInbox: (inboxId: string): readonly string[] => [...(inInbox.get(inboxId) ?? [])],
  };
}

/** What can be asked about inboxes and conversations. */
export interface PlacesRead {
  /** How many people are in an inbox, and the first `most` of them. */
  total(inboxId: string): number;
  people(inboxId: string, most: number): Present[];
  /** The first of those who have a conversation open. */
  viewers(conversationId: string): Viewer[];
  /** The conversations of an inbox that somebody has open. */
  viewed(inboxId: string): readonly string[];
}

type At = Pick<PresenceEntry, 'inboxIds' | 'viewing'>;
/** Where a session is before it came and after it went. */
export const NOWHERE: At = { inboxIds: [], viewing: [] };

export function createPlaces() {
  const inboxes = createInboxes();
  const views = createViews();
  const read: PlacesRead = {
    total: (inboxId) => inboxes.total(inboxId),
    people: (inboxId, most) => inboxes.first(inboxId, most),
    viewers: (conversationId) => views.first(conversationId),
    viewed: (inboxId) => views.inInbox(inboxId),
  };
  return {
    read,
    /** Takes a session of the person from where it was to where it is. */
    move(owner: PersonHere, from: At, to: At, difference: Difference): void {
      inboxes.move(owner, from.inboxIds, to.inboxIds, difference);
      views.move(owner, from.viewing, to.viewing, difference);
    },
    /** The person looks different now wherever one of their sessions is. */
    tell(owner: PersonHere, at: At, difference: Difference): void {
      for (const inboxId of at.inboxIds) inboxes.tell(inboxId, owner, difference);
      for (const { conversationId } of at.viewing) views.tell(conversationId, owner, difference);
    },
  };
}
