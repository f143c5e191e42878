import type { DownItem, StreamId } from '@latchbox/shared';
import type { Hints } from '../cluster/hints.ts';
import type { HeartSignals, Locks, Sessions } from '../collaboration/api.ts';
import type { Presence } from '../collaboration/presence.ts';
import { DROP_OLDER } from '../collaboration/sessions.ts';
import type { Typing } from '../collaboration/typing.ts';
import type { Database } from '../database/database.ts';
import { Appended } from '../database/event-log.ts';
import type { Directory } from '../directory/api.ts';
import { REVOKE } from '../directory/revoke.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Messaging, SendDoor } from '../messaging/api.ts';
import type { Composing } from '../messaging/composing/composing.ts';
import { createCommands } from './commands/index.ts';
import type { Goodbye } from './connection.ts';
import { Connections } from './connections.ts';
import { createDelivery } from './delivery.ts';
import { Dispatcher } from './dispatcher.ts';
import { frameOf, itemJson } from './frame.ts';
import { subscribeAtHello } from './hello-streams.ts';
import { greet } from './handshake.ts';
import { createHeadBeat } from './head-beat.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Members } from './memberships.ts';
import type { Peer } from './peer.ts';
import { createRevocation } from './revocation.ts';
import type { PumpFigures } from './pump.ts';
import { DEFAULT_SETTINGS, type RealtimeSettings } from './settings.ts';
import { createTurns } from './turns.ts';
import { startWatch } from './watch.ts';

export interface GatewayDeps {
  readonly sessions: Sessions;
  readonly locks: Locks;
  readonly sendDoor: Pick<SendDoor, 'send'>;
  readonly messaging: Messaging;
  readonly composing: Composing;
  readonly directory: Pick<Directory, 'verifyToken' | 'stillValid' | 'inboxesAsOf'>;
  readonly presence: Presence;
  readonly typing: Typing;
  readonly db: Database;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly logEpoch: string;
  readonly settings?: Partial<RealtimeSettings>;
  /** From 0 to 1; spreads the reconnects after a drain. */
  readonly random?: () => number;
  /** Told what is counted as it happens. */
  readonly figures?: Figures | undefined;
}

export interface Figures extends PumpFigures {
  /** A command was answered with an error; `command` is one of the contract's names, or `unknown`. */
  refused(command: string, code: string): void;
}

interface GatewayStats {
  /** Connections, with those that have not said hello. */
  readonly connections: number;
  readonly signedIn: number;
  readonly rooms: number;
  readonly slow: number;
  /** Since the start: frames that left for rooms, and their writes to connections. */
  readonly frames: number;
  readonly deliveries: number;
  readonly commands: number;
  readonly refused: number;
  /** Commands that failed by no refusal, and were logged. */
  readonly failed: number;
  readonly closedAsSlow: number;
  /** Bytes that wait to be read by clients that said hello: of all of them, and of the one that has most. */
  readonly buffered: { readonly all: number; readonly most: number };
}

export interface Gateway {
  /** Takes a new connection in: it has to say hello. */
  attach(peer: Peer): void;
  readonly pump: { wake(stream: StreamId, appended?: Appended): void };
  /** Something volatile for everybody here who has the inbox's stream. */
  emitToInbox(inboxId: string, item: DownItem): void;
  readonly signals: HeartSignals;
  /**
   * Tells every client to go to another server, waits (at most `timeout` ms) for what is under way, and closes. Locks keep
   * their reconnect grace.
   */
  drain(reason: string, timeout: number): Promise<void>;
  /** Closes at once and stops every timer. */
  close(): Promise<void>;
  stats(): GatewayStats;
}

const TOKEN_OVER: Goodbye = { code: 'unauthenticated', message: 'The sign-in or its token is over.' };

/** What sockets get and say, over whatever wire they come. */
export function createGateway(deps: GatewayDeps): Gateway {
  const parts = compose(deps);
  const { lifecycle, delivery, connections, headBeat, counts } = parts;
  const { pump } = delivery;
  const stopListening = listen(deps, parts);
  const watch = startWatch(deps, parts.settings.pollEvery, regularLooks(deps, parts));

  const close = async (): Promise<void> => {
    stopListening();
    watch.close();
    headBeat.close();
    await lifecycle.finish();
    delivery.close();
  };

  return {
    attach: (peer) => lifecycle.attach(peer),
    pump: { wake: (stream, appended) => pump.wake(stream, appended) },
    emitToInbox: (inboxId, item) => pump.room(`inbox:${inboxId}`)?.pushSignal(itemJson(item)),
    signals: heartSignals(parts),

    async drain(reason, timeout) {
      const random = deps.random ?? Math.random;
      lifecycle.leave(() => ({
        code: 'offline',
        message: reason,
        retryAfterMs: Math.floor(random() * parts.settings.drainSpread),
      }));
      const timer = Promise.withResolvers<void>();
      const cancel = deps.clock.setTimer(timeout, timer.resolve);
      await Promise.race([parts.turns.allSettled(), timer.promise]);
      cancel();
      await close();
    },

    close,
    stats: () => ({
      ...counts,
      connections: lifecycle.size,
      signedIn: connections.size,
      rooms: pump.size,
      slow: delivery.slow.size,
      buffered: bufferedBy(connections),
    }),
  };
}

function bufferedBy(connections: Connections): GatewayStats['buffered'] {
  let all = 0;
  let most = 0;
  for (const { peer } of connections.all()) {
    const bytes = peer.bufferedBytes();
    all += bytes;
    most = Math.max(most, bytes);
  }
  return { all, most };
}

type Parts = ReturnType<typeof compose>;

function compose(deps: GatewayDeps) {
  const settings = { ...DEFAULT_SETTINGS, ...deps.settings };
  const counts = { frames: 0, deliveries: 0, commands: 0, refused: 0, failed: 0, closedAsSlow: 0 };
  const connections = new Connections(settings.rates);
  const turns = createTurns();
  const delivery = createDelivery({
    ...deps,
    slowFor: settings.slowFor,
    counts,
    onMembers: (inboxId, members) => showNoLonger(deps, connections, inboxId, members),
    close: (connection, goodbye) => lifecycle.close(connection, goodbye),
  });
  const { subscriptions, memberships, slow, onSlow } = delivery;
  const headBeat = createHeadBeat(deps.clock, settings.headBeat, (connection) =>
    subscriptions.headsOf(connection),
  );
  const handshake = { ...deps, connections, settings };
  const lifecycle: Lifecycle = new Lifecycle({
    ...deps,
    helloWithin: settings.helloWithin,
    greet: (...asked) => greet(handshake, ...asked),
    streams: (connection, asked, own) => subscribeAtHello({ ...deps, subscriptions }, connection, asked, own),
    connections,
    dispatcher: (): Dispatcher => dispatcher,
    subscriptions,
    slow,
    headBeat,
  });
  const commands = createCommands({
    ...deps,
    memberships,
    subscriptions,
    turns,
    forget: (connection) => lifecycle.forget(connection),
  });
  const dispatcher = new Dispatcher({
    ...deps,
    commands,
    connections,
    turns,
    onSlow,
    counts,
    slowAfter: settings.slowCommand,
  });
  const revocation = createRevocation({
    ...deps,
    connections,
    close: (connection) => lifecycle.close(connection, TOKEN_OVER),
  });
  return { settings, counts, connections, turns, headBeat, delivery, lifecycle, revocation };
}

/** Who is no member any more is neither present in the inbox nor a viewer there. */
function showNoLonger(
  { presence, typing }: GatewayDeps,
  connections: Connections,
  inboxId: string,
  members: Members,
): void {
  for (const connection of connections.all()) {
    const { agentId, sessionId } = connection.holder;
    if (members.has(agentId) || !connection.inboxIds.includes(inboxId)) continue;
    connection.inboxIds = connection.inboxIds.filter((id) => id !== inboxId);
    presence.inboxesChanged(sessionId, connection.inboxIds);
    typing.gone(sessionId);
  }
}

/** What is done once a second, whatever was told: a hint that got lost costs no more than that. */
function regularLooks(deps: GatewayDeps, parts: Parts): Readonly<Record<string, () => Promise<void> | void>> {
  const { lifecycle, revocation, connections } = parts;
  const { pump, memberships, subscriptions } = parts.delivery;
  return {
    tokens: () => revocation.lookAtAll(),
    memberships: async () => {
      memberships.keepOnly((inboxId) => pump.room(`inbox:${inboxId}`) !== undefined);
      await memberships.confirmAll();
    },
    streams: () => pump.poll(),
    replays: () => subscriptions.retry(),
    losses: () => lifecycle.retryLost(),
    limits: () => connections.forgetIdle(deps.clock.monotonic()),
  };
}

function heartSignals({ connections, lifecycle }: Parts): HeartSignals {
  return {
    uncertain(sessionId, conversationId, fence, uncertain) {
      const item = { t: 'lock.uncertain', conversationId, fence, uncertain } as const;
      connections.ofSession(sessionId)?.peer.send(frameOf([itemJson(item)]));
    },
    dropOlder(sessionId, connectionNo) {
      const connection = connections.ofSession(sessionId);
      if (connection !== undefined && connection.holder.connectionNo < connectionNo)
        lifecycle.replacedElsewhere(connection);
    },
  };
}

/** Takes the hints of the other servers, and of this one. They may be lost, and may hold anything. */
function listen({ hints, log }: GatewayDeps, parts: Parts): () => void {
  const { pump, memberships } = parts.delivery;
  const signals = heartSignals(parts);
  const failed = (error: unknown): void => log.warn('A hint could not be followed', { error });
  const ends = [
    hints.subscribe('wake', (message) => {
      if (message instanceof Appended) pump.wake(message.stream, message);
      else if (typeof message === 'string') pump.wake(message);
    }),
    hints.subscribe(REVOKE, (message) => {
      const { agentId, inboxId } = fields(message);
      if (typeof inboxId === 'string') memberships.confirm(inboxId).catch(failed);
      if (typeof agentId === 'string') parts.revocation.lookAt(agentId).catch(failed);
    }),
    hints.subscribe(DROP_OLDER, (message) => {
      const { sessionId, connectionNo } = fields(message);
      if (typeof sessionId === 'string' && typeof connectionNo === 'number')
        signals.dropOlder(sessionId, connectionNo);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function fields(message: unknown): Record<string, unknown> {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
}
