import type { PresenceEntry } from '../cluster/registry.ts';
import { createDigests, type Digest } from './roster-digest.ts';
import { createPlaces, type Difference, NOWHERE, type PersonHere, type PlacesRead } from './roster-places.ts';

/**
 * Who is there, as one server knows it: the sessions of all servers, added up per person. A change costs by what its session
 * names, never by how many are there.
 */
export interface Roster extends PlacesRead {
  session(sessionId: string): PresenceEntry | undefined;
  sessionsOf(agentId: string): readonly PresenceEntry[];
  /** The sessions connected to a server, and what tells two such lists apart. */
  onServer(serverId: string): readonly string[];
  digest(serverId: string): Digest;
  /** Puts a session in place of what is known of it; false: what is known is as new, and nothing changed. */
  put(entry: PresenceEntry, difference: Difference): boolean;
  remove(sessionId: string, difference: Difference): void;
}

interface Session {
  entry: PresenceEntry;
  readonly owner: PersonSessions;
}

interface PersonSessions extends PersonHere {
  /** Mostly one, in an array of just that size: there are thousands. */
  sessions: readonly Session[];
}

const NO_SESSIONS: readonly Session[] = [];

/** Sets what follows from the sessions; true when others see a difference. */
function settle(owner: PersonSessions, name: string): boolean {
  const availability = owner.sessions.some((one) => one.entry.state === 'active') ? 'online' : 'away';
  if (owner.availability === availability && owner.person.name === name) return false;
  owner.availability = availability;
  if (owner.person.name !== name) owner.person = { id: owner.person.id, name };
  return true;
}

export function createRoster(): Roster {
  const sessions = new Map<string, Session>();
  const people = new Map<string, PersonSessions>();
  const places = createPlaces();
  const digests = createDigests();

  function ownerOf(entry: PresenceEntry): PersonSessions {
    const known = people.get(entry.agentId);
    if (known !== undefined) return known;
    const owner: PersonSessions = {
      person: { id: entry.agentId, name: entry.agentName },
      availability: 'away',
      sessions: NO_SESSIONS,
    };
    people.set(entry.agentId, owner);
    return owner;
  }

  function tellAll(owner: PersonSessions, difference: Difference): void {
    for (const session of owner.sessions) places.tell(owner, session.entry, difference);
  }

  function put(entry: PresenceEntry, difference: Difference): boolean {
    const known = sessions.get(entry.sessionId);
    const before = known?.entry;
    if (before !== undefined && before.revision >= entry.revision) return false;
    const owner = known?.owner ?? ownerOf(entry);
    if (known === undefined) {
      const session: Session = { entry, owner };
      sessions.set(entry.sessionId, session);
      owner.sessions = owner.sessions.concat(session);
    } else {
      digests.delete(known.entry);
      known.entry = entry;
    }
    digests.add(entry);
    const differs = settle(owner, entry.agentName);
    places.move(owner, before ?? NOWHERE, entry, difference);
    if (differs) tellAll(owner, difference);
    return true;
  }

  function remove(sessionId: string, difference: Difference): void {
    const session = sessions.get(sessionId);
    if (session === undefined) return;
    const { owner, entry } = session;
    sessions.delete(sessionId);
    digests.delete(entry);
    owner.sessions = owner.sessions.filter((one) => one !== session);
    if (owner.sessions.length === 0) people.delete(entry.agentId);
    places.move(owner, entry, NOWHERE, difference);
    if (owner.sessions.length > 0 && settle(owner, owner.person.name)) tellAll(owner, difference);
  }

  return {
    session: (sessionId) => sessions.get(sessionId)?.entry,
    sessionsOf: (agentId) => (people.get(agentId)?.sessions ?? NO_SESSIONS).map(({ entry }) => entry),
    onServer: (serverId) => digests.sessions(serverId),
    digest: (serverId) => digests.of(serverId),
    put,
    remove,
    ...places.read,
  };
}
