import type { Availability, Person, Viewer } from '@latchbox/shared';
import type { PresenceEntry } from '../cluster/registry.ts';
import { createDigests, type Digest } from './roster-digest.ts';

/** Most people of an inbox, and most viewers of a conversation, that are told by name. */
export const MOST_PEOPLE = 100;
export const MOST_VIEWERS = 50;

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

/**
 * Who is there, as one server knows it: the sessions of all servers, added up per person. A change costs by what its session
 * names, never by how many are there.
 */
export interface Roster {
  session(sessionId: string): PresenceEntry | undefined;
  /** The sessions connected to a server, and what tells two such lists apart. */
  onServer(serverId: string): readonly string[];
  digest(serverId: string): Digest;
  /** Puts a session in place of what is known of it; false: what is known is as new, and nothing changed. */
  put(entry: PresenceEntry, difference: Difference): boolean;
  remove(sessionId: string, difference: Difference): void;
  /** How many people are in an inbox, and the first of them. */
  total(inboxId: string): number;
  people(inboxId: string): Present[];
  viewers(conversationId: string): Viewer[];
  /** The conversations of an inbox that somebody has open. */
  viewed(inboxId: string): readonly string[];
}

interface Session {
  entry: PresenceEntry;
  readonly owner: PersonHere;
}

interface PersonHere {
  person: Person;
  availability: 'online' | 'away';
  /** Mostly one. */
  readonly sessions: Session[];
}

interface ConversationHere {
  readonly id: string;
  readonly inboxId: string;
  readonly viewers: Counts;
}

interface InboxHere {
  readonly people: Counts;
  readonly conversations: Set<string>;
}

/** How many sessions of each person, in the order in which the people came. */
type Counts = Map<PersonHere, number>;

/** +1 or -1; true when the person came or went by it. */
function count(counts: Counts, owner: PersonHere, step: 1 | -1): boolean {
  const now = (counts.get(owner) ?? 0) + step;
  if (now === 0) counts.delete(owner);
  else counts.set(owner, now);
  return now === 0 || (now === 1 && step === 1);
}

/** Whether the person is one of those that are told. */
function isShown(counts: Counts, owner: PersonHere): boolean {
  if (counts.size <= MOST_VIEWERS) return counts.has(owner);
  let seen = 0;
  for (const other of counts.keys()) {
    if (other === owner) return true;
    seen += 1;
    if (seen === MOST_VIEWERS) return false;
  }
  return false;
}

/** The items of each list that the other one lacks. */
function compare<T>(
  before: readonly T[],
  after: readonly T[],
  same: (a: T, b: T) => boolean,
): { gone: T[]; come: T[] } {
  if (before === after) return { gone: [], come: [] };
  return {
    gone: before.filter((one) => !after.some((other) => same(one, other))),
    come: after.filter((one) => !before.some((other) => same(one, other))),
  };
}

const NOBODY: Pick<PresenceEntry, 'inboxIds' | 'viewing'> = { inboxIds: [], viewing: [] };

export function createRoster(): Roster {
  const sessions = new Map<string, Session>();
  const people = new Map<string, PersonHere>();
  const places = createPlaces();
  const digests = createDigests();

  function ownerOf(entry: PresenceEntry): PersonHere {
    const known = people.get(entry.agentId);
    if (known !== undefined) return known;
    const owner: PersonHere = {
      person: { id: entry.agentId, name: entry.agentName },
      availability: 'away',
      sessions: [],
    };
    people.set(entry.agentId, owner);
    return owner;
  }

  /** Sets what follows from the sessions; true when others see a difference. */
  function settle(owner: PersonHere, name: string): boolean {
    const availability = owner.sessions.some((one) => one.entry.state === 'active') ? 'online' : 'away';
    if (owner.availability === availability && owner.person.name === name) return false;
    owner.availability = availability;
    if (owner.person.name !== name) owner.person = { id: owner.person.id, name };
    return true;
  }

  function remove(sessionId: string, difference: Difference): void {
    const session = sessions.get(sessionId);
    if (session === undefined) return;
    const { owner, entry } = session;
    sessions.delete(sessionId);
    digests.delete(entry);
    owner.sessions.splice(owner.sessions.indexOf(session), 1);
    if (owner.sessions.length === 0) people.delete(entry.agentId);
    const differs = owner.sessions.length > 0 && settle(owner, owner.person.name);
    places.move(owner, entry, NOBODY, difference);
    if (differs) places.tellAll(owner, difference);
  }

  return {
    session: (sessionId) => sessions.get(sessionId)?.entry,
    onServer: (serverId) => digests.sessions(serverId),
    digest: (serverId) => digests.of(serverId),
    put(entry, difference) {
      const known = sessions.get(entry.sessionId);
      if (known !== undefined && known.entry.revision >= entry.revision) return false;
      const owner = known?.owner ?? ownerOf(entry);
      const before = known?.entry;
      if (known === undefined) {
        const session: Session = { entry, owner };
        sessions.set(entry.sessionId, session);
        owner.sessions.push(session);
      } else {
        digests.delete(known.entry);
        known.entry = entry;
      }
      digests.add(entry);
      const differs = settle(owner, entry.agentName);
      places.move(owner, before ?? NOBODY, entry, difference);
      if (differs) places.tellAll(owner, difference);
      return true;
    },
    remove,
    total: places.total,
    people: places.people,
    viewers: places.viewers,
    viewed: places.viewed,
  };
}

/** Inboxes and conversations with the people in them; one without people takes no room. */
function createPlaces() {
  const inboxes = new Map<string, InboxHere>();
  const conversations = new Map<string, ConversationHere>();

  function tellPerson(inboxId: string, owner: PersonHere, difference: Difference): void {
    const here = inboxes.get(inboxId)?.people.has(owner) === true;
    const told = difference.people.get(inboxId) ?? new Map<string, Present>();
    told.set(owner.person.id, { person: owner.person, availability: here ? owner.availability : 'offline' });
    difference.people.set(inboxId, told);
  }

  function stepInbox(owner: PersonHere, inboxId: string, step: 1 | -1, difference: Difference): void {
    const inbox = inboxes.get(inboxId) ?? { people: new Map(), conversations: new Set() };
    inboxes.set(inboxId, inbox);
    if (count(inbox.people, owner, step)) tellPerson(inboxId, owner, difference);
    if (inbox.people.size === 0 && inbox.conversations.size === 0) inboxes.delete(inboxId);
  }

  function stepView(
    owner: PersonHere,
    at: { inboxId: string; conversationId: string },
    step: 1 | -1,
    difference: Difference,
  ): void {
    const id = at.conversationId;
    const here: ConversationHere = conversations.get(id) ?? { id, inboxId: at.inboxId, viewers: new Map() };
    const wasShown = isShown(here.viewers, owner);
    count(here.viewers, owner, step);
    if (wasShown || isShown(here.viewers, owner)) difference.viewers.set(id, here.inboxId);
    const inbox = inboxes.get(here.inboxId) ?? { people: new Map(), conversations: new Set() };
    if (here.viewers.size > 0) {
      conversations.set(id, here);
      inboxes.set(here.inboxId, inbox);
      inbox.conversations.add(id);
    } else {
      conversations.delete(id);
      inbox.conversations.delete(id);
      if (inbox.people.size === 0 && inbox.conversations.size === 0) inboxes.delete(here.inboxId);
    }
  }

  type At = Pick<PresenceEntry, 'inboxIds' | 'viewing'>;
  return {
    /** Takes a session of the person from where it was to where it is. */
    move(owner: PersonHere, from: At, to: At, difference: Difference): void {
      const inbox = compare(from.inboxIds, to.inboxIds, (a, b) => a === b);
      for (const id of inbox.gone) stepInbox(owner, id, -1, difference);
      for (const id of inbox.come) stepInbox(owner, id, 1, difference);
      const view = compare(from.viewing, to.viewing, (a, b) => a.conversationId === b.conversationId);
      for (const at of view.gone) stepView(owner, at, -1, difference);
      for (const at of view.come) stepView(owner, at, 1, difference);
    },
    /** The person looks different (name, availability) wherever they are. */
    tellAll(owner: PersonHere, difference: Difference): void {
      for (const { entry } of owner.sessions) {
        for (const inboxId of entry.inboxIds) tellPerson(inboxId, owner, difference);
        for (const { conversationId, inboxId } of entry.viewing) {
          const here = conversations.get(conversationId);
          if (here !== undefined && isShown(here.viewers, owner))
            difference.viewers.set(conversationId, inboxId);
        }
      }
    },
    total: (inboxId: string) => inboxes.get(inboxId)?.people.size ?? 0,
    people(inboxId: string): Present[] {
      const first: Present[] = [];
      for (const { person, availability } of inboxes.get(inboxId)?.people.keys() ?? []) {
        first.push({ person, availability });
        if (first.length === MOST_PEOPLE) break;
      }
      return first;
    },
    viewers(conversationId: string): Viewer[] {
      const first: Viewer[] = [];
      for (const [{ person, availability }, sessions] of conversations.get(conversationId)?.viewers ?? []) {
        first.push({ person, sessions, availability });
        if (first.length === MOST_VIEWERS) break;
      }
      return first;
    },
    viewed: (inboxId: string): readonly string[] => [...(inboxes.get(inboxId)?.conversations ?? [])],
  };
}
