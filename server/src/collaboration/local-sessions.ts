import type { PresenceEntry, Viewing } from '../cluster/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Roster } from './roster.ts';
import { type Difference, noDifference } from './roster-places.ts';

export interface PresenceSession {
  readonly sessionId: string;
  /** Counts up with each resume; what an older connection says about the session afterwards is ignored. */
  readonly connectionNo: number;
  readonly agentId: string;
  readonly agentName: string;
  /** The inboxes this agent may see. */
  readonly inboxIds: readonly string[];
}

export type TabState = PresenceEntry['state'];

/** Most conversations that one session has open; the oldest is closed for the next. */
const MOST_VIEWED = 50;
/** Revisions of one connection stay below those of the next. */
const PER_CONNECTION = 1_000_000;
const NOTHING: readonly never[] = [];

/** What only the server of the connection knows of a session. */
interface Local {
  readonly connectionNo: number;
  hidden: boolean;
  /** Monotonic. */
  activeAt: number;
}

export interface LocalSessionsDeps {
  readonly roster: Roster;
  readonly clock: Clock;
  readonly serverId: string;
  /** Ms. */
  readonly awayAfter: number;
  /** This server's sockets. */
  readonly tell: (difference: Difference) => void;
  /** The other servers; null: the session is gone. */
  readonly changed: (sessionId: string, entry: PresenceEntry | null) => void;
}

/** The sessions that are connected to this server: small records without timers, thousands of them. */
export class LocalSessions {
  readonly #deps: LocalSessionsDeps;
  readonly #locals = new Map<string, Local>();

  constructor(deps: LocalSessionsDeps) {
    this.#deps = deps;
  }

  connected(session: PresenceSession, state: TabState | undefined): void {
    const { sessionId, connectionNo, agentId, agentName, inboxIds } = session;
    const { roster, clock, serverId } = this.#deps;
    const known = roster.session(sessionId);
    // Resuming is no activity: somebody who was away stays it until something is done.
    const idle = state === 'idle' || (state === undefined && known?.state === 'idle');
    const activeAt = idle ? Number.NEGATIVE_INFINITY : clock.monotonic();
    const local: Local = { connectionNo, hidden: state === 'hidden', activeAt };
    this.#locals.set(sessionId, local);
    const revision = Math.max(connectionNo * PER_CONNECTION, (known?.revision ?? 0) + 1);
    this.#put({
      sessionId,
      serverId,
      revision,
      agentId,
      agentName,
      state: this.#stateOf(local),
      inboxIds,
      viewing: NOTHING,
    });
  }

  setState(sessionId: string, state: TabState): void {
    this.#change(sessionId, (_, local) => {
      local.hidden = state === 'hidden';
      if (state === 'active') local.activeAt = this.#deps.clock.monotonic();
      return null;
    });
  }

  active(sessionId: string): void {
    const local = this.#locals.get(sessionId);
    if (local === undefined) return;
    local.activeAt = this.#deps.clock.monotonic();
    // The rest is only for somebody who was idle: this is called with every keystroke.
    if (this.#deps.roster.session(sessionId)?.state === 'idle') this.#change(sessionId, () => null);
  }

  view(sessionId: string, at: Viewing): void {
    this.#change(sessionId, ({ viewing }, local) => {
      local.activeAt = this.#deps.clock.monotonic();
      if (viewing.some((one) => one.conversationId === at.conversationId)) return null;
      return { viewing: [...viewing, at].slice(-MOST_VIEWED) };
    });
  }

  leave(sessionId: string, conversationId: string): void {
    this.#change(sessionId, ({ viewing }) => {
      const rest = viewing.filter((one) => one.conversationId !== conversationId);
      return rest.length === viewing.length ? null : { viewing: rest };
    });
  }

  inboxesChanged(sessionId: string, inboxIds: readonly string[]): void {
    const may = new Set(inboxIds);
    this.#change(sessionId, ({ viewing }) => ({
      inboxIds,
      viewing: viewing.filter((one) => may.has(one.inboxId)),
    }));
  }

  disconnected(sessionId: string, connectionNo: number): void {
    if (this.#locals.get(sessionId)?.connectionNo !== connectionNo) return;
    this.#locals.delete(sessionId);
    const { roster, serverId, tell, changed } = this.#deps;
    if (roster.session(sessionId)?.serverId !== serverId) return;
    const difference = noDifference();
    roster.remove(sessionId, difference);
    tell(difference);
    changed(sessionId, null);
  }

  /** What time alone has changed: one pass over all sessions, before each beat. */
  settle(): void {
    for (const sessionId of this.#locals.keys()) this.#change(sessionId, () => null);
  }

  #stateOf(local: Local): TabState {
    if (local.hidden) return 'hidden';
    return this.#deps.clock.monotonic() - local.activeAt >= this.#deps.awayAfter ? 'idle' : 'active';
  }

  /** Takes what is new about a session; one that is connected elsewhere by now is not ours to change. */
  #change(
    sessionId: string,
    next: (entry: PresenceEntry, local: Local) => Partial<PresenceEntry> | null,
  ): void {
    const local = this.#locals.get(sessionId);
    const entry = this.#deps.roster.session(sessionId);
    if (local === undefined || entry?.serverId !== this.#deps.serverId) return;
    const news = next(entry, local);
    const state = this.#stateOf(local);
    if (news === null && state === entry.state) return;
    this.#put({ ...entry, ...news, state, revision: entry.revision + 1 });
  }

  #put(entry: PresenceEntry): void {
    const difference = noDifference();
    this.#deps.roster.put(entry, difference);
    this.#deps.tell(difference);
    this.#deps.changed(entry.sessionId, entry);
  }
}
