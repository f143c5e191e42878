import type { PresenceEntry, PresenceRegistry } from '../cluster/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Roster } from './roster.ts';
import type { Digest } from './roster-digest.ts';
import { type Difference, noDifference } from './roster-places.ts';

interface ChangedMessage {
  readonly kind: 'changed';
  readonly serverId: string;
  readonly put: readonly PresenceEntry[];
  readonly gone: readonly string[];
}

/** What servers say to each other about their sessions. */
export type PresenceMessage =
  | ChangedMessage
  /** "I live, and these are my sessions": who has others on its list asks the registry. */
  | ({ readonly kind: 'beat'; readonly serverId: string } & Digest)
  /** A server starts: whoever is there says so at once. */
  | { readonly kind: 'who'; readonly serverId: string }
  | { readonly kind: 'bye'; readonly serverId: string };

interface OtherServer {
  /** Monotonic. */
  heardAt: number;
  /** The sessions it told of since we began to read its list; null: we are not reading it. */
  toldMeanwhile: Set<string> | null;
}

/** After so many beats of silence a server is gone; with a look every quarter of a beat a ghost lives at most two. */
const SILENCE = 1.75;

export interface OtherServersDeps {
  readonly roster: Roster;
  readonly registry: PresenceRegistry;
  readonly clock: Clock;
  readonly serverId: string;
  /** Ms. */
  readonly beat: number;
  readonly tell: (difference: Difference) => void;
  /** Tells the others of a session of ours. */
  readonly changed: (sessionId: string, entry: PresenceEntry) => void;
}

/** Takes what the other servers say into the roster, and takes out what a dead one has left. */
export class OtherServers {
  readonly #deps: OtherServersDeps;
  readonly #servers = new Map<string, OtherServer>();

  constructor(deps: OtherServersDeps) {
    this.#deps = deps;
  }

  take(message: Exclude<PresenceMessage, { kind: 'who' }>): void {
    if (message.kind === 'bye') return this.#forget(message.serverId);
    const server = this.#hear(message.serverId);
    if (message.kind === 'changed') return this.#changed(message, server);
    const known = this.#deps.roster.digest(message.serverId);
    if (known.count !== message.count || known.sum !== message.sum) void this.#read(message.serverId, server);
  }

  /** Forgets the servers that were silent for too long; `slept` ms of it were our own. */
  sweep(now: number, slept: number): void {
    for (const [serverId, server] of this.#servers) {
      server.heardAt += slept;
      if (now - server.heardAt >= SILENCE * this.#deps.beat) this.#forget(serverId);
    }
  }

  #hear(serverId: string): OtherServer {
    const server = this.#servers.get(serverId) ?? { heardAt: 0, toldMeanwhile: null };
    server.heardAt = this.#deps.clock.monotonic();
    this.#servers.set(serverId, server);
    return server;
  }

  #forget(serverId: string): void {
    this.#servers.delete(serverId);
    this.#change((difference) => this.#remove(serverId, this.#deps.roster.onServer(serverId), difference));
  }

  #changed({ serverId, put, gone }: ChangedMessage, server: OtherServer): void {
    for (const { sessionId } of put) server.toldMeanwhile?.add(sessionId);
    for (const sessionId of gone) server.toldMeanwhile?.add(sessionId);
    this.#change((difference) => {
      this.#remove(serverId, gone, difference);
      for (const entry of put) this.#accept(entry, difference);
    });
  }

  /** Reads the server's list from the registry, because ours is another one. What it tells meanwhile is newer than the list. */
  async #read(serverId: string, server: OtherServer): Promise<void> {
    if (server.toldMeanwhile !== null) return;
    const { roster, registry } = this.#deps;
    const told = new Set<string>();
    server.toldMeanwhile = told;
    const listed = await registry.onServer(serverId).catch(() => null);
    server.toldMeanwhile = null;
    if (listed === null || this.#servers.get(serverId) !== server) return;
    const there = new Set(listed.map((entry) => entry.sessionId));
    this.#change((difference) => {
      const gone = roster.onServer(serverId).filter((id) => !there.has(id) && !told.has(id));
      this.#remove(serverId, gone, difference);
      for (const entry of listed) if (!told.has(entry.sessionId)) this.#accept(entry, difference);
    });
  }

  /** Takes another server's word for a session, unless ours is newer: then the others are told again. */
  #accept(entry: PresenceEntry, difference: Difference): void {
    const { roster, serverId, changed } = this.#deps;
    if (roster.put(entry, difference)) return;
    const known = roster.session(entry.sessionId);
    if (known?.serverId === serverId) changed(known.sessionId, known);
  }

  #remove(serverId: string, sessionIds: Iterable<string>, difference: Difference): void {
    const { roster } = this.#deps;
    for (const id of sessionIds) if (roster.session(id)?.serverId === serverId) roster.remove(id, difference);
  }

  #change(work: (difference: Difference) => void): void {
    const difference = noDifference();
    work(difference);
    this.#deps.tell(difference);
  }
}
