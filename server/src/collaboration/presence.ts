import type { UpResult, Viewer } from '@latchbox/shared';
import type { Hints } from '../cluster/hints.ts';
import type { PresenceEntry, PresenceRegistry } from '../cluster/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { LocalSessions, type PresenceSession, type TabState } from './local-sessions.ts';
import { createPresenceSync } from './presence-sync.ts';
import { createTelling, type Emit } from './presence-telling.ts';
import { createRoster } from './roster.ts';
import { toTypist } from './typing.ts';

export type { PresenceSession, TabState } from './local-sessions.ts';
export type { Emit } from './presence-telling.ts';

/** Who is in an inbox at this moment, as `stream.subscribe` answers it. */
export type PresentInInbox = NonNullable<UpResult<'stream.subscribe'>['present']>;

/**
 * Who is online, away, and looking at what (L10), over tabs and servers. An agent is online while one of their sessions is in a
 * visible tab and was active in the last `awayAfter` ms, else away. The caller authorises: it names only inboxes the agent may
 * see, tells `inboxesChanged` when that changes, and answers `snapshot` and `viewersOf` to nobody else. An unknown session
 * changes nothing, so a late call after `disconnected` is harmless. Nothing here throws.
 */
export interface Presence {
  /** Joins the other servers. Before it, this server knows itself alone. */
  start(): void;
  connected(session: PresenceSession, state?: TabState): void;
  /** What the tab says of itself. `active` counts as activity. */
  setState(sessionId: string, state: TabState): void;
  /** Something was done in this session: a keystroke, a scroll, a command. */
  active(sessionId: string): void;
  view(sessionId: string, inboxId: string, conversationId: string): void;
  leave(sessionId: string, conversationId: string): void;
  /** The agent sees other inboxes now; conversations of the ones that are gone are no longer viewed. */
  inboxesChanged(sessionId: string, inboxIds: readonly string[]): void;
  /** The connection is gone, unless the session has a newer one. */
  disconnected(sessionId: string, connectionNo: number): void;
  snapshot(inboxId: string): Promise<PresentInInbox>;
  viewersOf(conversationId: string): Viewer[];
  /** The sessions of an agent that are connected to any server, as far as this one knows. */
  sessionsOf(agentId: string): readonly PresenceEntry[];
  /** Local sessions are gone for everybody, the others are forgotten. */
  close(): Promise<void>;
}

export interface PresenceDeps {
  readonly registry: PresenceRegistry;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
  readonly emit: Emit;
  /** Ms between two beats; a ghost lives at most two. */
  readonly beat: number;
  /** Ms without activity after which somebody is away. */
  readonly awayAfter?: number;
  /** Ms after which receivers drop a typist who was not told again. */
  readonly typingExpires?: number;
  /** Ms between two totals of an inbox with very many people. */
  readonly totalsEvery?: number;
}

const AWAY_AFTER = 300_000;
const TOTALS_EVERY = 5_000;
const TYPING_EXPIRES = 6_000;
/**
 * Most viewed conversations in a snapshot, those that were opened last. More are only viewed where hundreds work in one inbox,
 * and then every one of them would get a list of what all the others do. Opening a conversation answers its viewers anyway.
 */
const MOST_CONVERSATIONS = 200;

export function createPresence(deps: PresenceDeps): Presence {
  const { clock, registry, serverId } = deps;
  const roster = createRoster();
  const telling = createTelling({ ...deps, roster, totalsEvery: deps.totalsEvery ?? TOTALS_EVERY });
  const sync = createPresenceSync({ ...deps, roster, tell: telling.tell, beforeBeat: () => locals.settle() });
  const locals = new LocalSessions({
    roster,
    clock,
    serverId,
    awayAfter: deps.awayAfter ?? AWAY_AFTER,
    tell: telling.tell,
    changed: (sessionId, entry) => sync.changed(sessionId, entry),
  });

  async function snapshot(inboxId: string): Promise<PresentInInbox> {
    const typing = (await registry.typingInInbox(inboxId)).filter((one) => one.until > clock.now());
    const latest = clock.now() + (deps.typingExpires ?? TYPING_EXPIRES);
    const typists = Map.groupBy(typing, (one) => one.conversationId);
    const viewed = roster.viewed(inboxId).slice(-MOST_CONVERSATIONS);
    const conversations = new Set([...viewed, ...typists.keys()]);
    return {
      people: telling.people(inboxId),
      total: roster.total(inboxId),
      conversations: [...conversations].map((conversationId) => ({
        conversationId,
        viewers: roster.viewers(conversationId),
        typists: (typists.get(conversationId) ?? []).map((one) => toTypist(one, latest)),
      })),
    };
  }

  return {
    start: () => sync.start(),
    connected: (session, state) => locals.connected(session, state),
    setState: (sessionId, state) => locals.setState(sessionId, state),
    active: (sessionId) => locals.active(sessionId),
    view: (sessionId, inboxId, conversationId) => locals.view(sessionId, { inboxId, conversationId }),
    leave: (sessionId, conversationId) => locals.leave(sessionId, conversationId),
    inboxesChanged: (sessionId, inboxIds) => locals.inboxesChanged(sessionId, inboxIds),
    disconnected: (sessionId, connectionNo) => locals.disconnected(sessionId, connectionNo),
    snapshot,
    viewersOf: (conversationId) => roster.viewers(conversationId),
    sessionsOf: (agentId) => roster.sessionsOf(agentId),
    async close() {
      telling.close();
      await sync.close();
    },
  };
}
