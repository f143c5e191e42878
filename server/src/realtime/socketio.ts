import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createLogBudget } from '../lib/log-budget.ts';
import { afterwards } from '../lib/next-turn.ts';
import { answerPlainRequest, refuseUpgrade } from './foreign-origin.ts';
import { servedHere } from './origins.ts';
import type { Peer } from './peer.ts';
import { type SocketTypes, SocketPeer } from './socket-peer.ts';

/** The longest message a client may send, in bytes: the longest body and what stands around it. A longer one ends the connection. */
const MAX_MESSAGE_BYTES = 100_000;

export interface SocketIoSettings {
  /** Where Socket.IO listens, in the address. */
  readonly path?: string;
  /** Ms between two pings, and ms until a missing answer to one closes the connection. */
  readonly pingInterval: number;
  readonly pingTimeout: number;
  /** Ms that a client has to join after its WebSocket was accepted. */
  readonly connectTimeout: number;
  /** Origins of the deployment's own pages, beside the host a request goes to. */
  readonly ownOrigins: readonly string[];
  /** Believe `X-Forwarded-Host` and `X-Forwarded-For`, which a proxy in front sets. */
  readonly trustProxy: boolean;
}

const DEFAULT_SOCKETIO: SocketIoSettings = {
  pingInterval: 10_000,
  pingTimeout: 5_000,
  connectTimeout: 10_000,
  ownOrigins: [],
  trustProxy: false,
};

export interface SocketIoDeps {
  readonly clock: Clock;
  readonly gateway: { attach(peer: Peer): void };
  readonly log?: Log;
  /** Whether any accepted application names this origin; without it only the deployment's own pages may connect. */
  readonly originAllowed?: (origin: string) => Promise<boolean>;
}

export interface SocketWire {
  /** Ends every connection and stops listening on the HTTP server, which stays open. */
  close(): Promise<void>;
}

/**
 * Takes Socket.IO connections of an HTTP server and hands them to the gateway. WebSocket only; no compression (ten times slower
 * and 250 kB a connection) and no connection state recovery (it loses events and lets removed members back in).
 */
export function attachSocketIo(
  server: HttpServer,
  deps: SocketIoDeps,
  given: Partial<SocketIoSettings> = {},
): SocketWire {
  const settings = { ...DEFAULT_SOCKETIO, ...given };
  const doors: Doors = { originAllowed: deps.originAllowed, warn: warner(deps) };
  const io: SocketTypes['server'] = new Server(server, {
    path: settings.path ?? '/socket.io',
    serveClient: false,
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    pingInterval: settings.pingInterval,
    pingTimeout: settings.pingTimeout,
    connectTimeout: settings.connectTimeout,
    allowRequest: (request, decide) => {
      letUpgradeGo(request, others);
      // Own pages and programs, which are nearly all, wait for no answer of the database.
      if (isOwnPage(settings, request)) take(request, decide);
      else void takeAllowed(doors, request, decide);
    },
  });
  const others = countBefore(io.engine);
  // Nothing but upgrades is taken, so what else comes here is answered here: a page that was refused asks why.
  Object.assign(io.engine, {
    handleRequest: answerPlainRequest((request) => mayConnect(doors, settings, request)),
  });
  io.use(holdForGreeting);
  io.on('connection', (socket) => {
    const hello: unknown = socket.handshake.auth['hello'];
    const peer = peerOf(socket, deps.clock, settings);
    deps.gateway.attach(peer);
    if (hello !== undefined) peer.greeted(hello);
  });
  return {
    async close() {
      io.disconnectSockets(true);
      io.engine.close();
      await io.of('/').adapter.close();
    },
  };
}

/** Most refused upgrades that are written down in a second. */
const MOST_LINES = 20;

type Engine = SocketTypes['server']['engine'];

interface Doors {
  readonly originAllowed: SocketIoDeps['originAllowed'] | undefined;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

function warner({ clock, log }: SocketIoDeps): Doors['warn'] {
  if (log === undefined) return () => undefined;
  const budget = createLogBudget({ clock, log }, MOST_LINES);
  return (message, fields) => budget(() => log.warn(message, fields));
}

type Decide = (message: string | null, success: boolean) => void;

function take(request: IncomingMessage, decide: Decide): void {
  writeTogether(request);
  decide(null, true);
}

/**
 * Takes the upgrade of a page that some accepted application names, and refuses any other: a page that nobody let in holds no
 * socket. Which token it may use is looked at in `hello`.
 */
async function takeAllowed(doors: Doors, request: IncomingMessage, decide: Decide): Promise<void> {
  const origin = request.headers.origin ?? '';
  if (await isAllowed(doors, origin)) return take(request, decide);
  doors.warn('A page was refused at the upgrade: nobody allows its origin', {
    origin: origin.slice(0, 200),
  });
  refuseUpgrade(request.socket, origin);
  decide('forbidden', false);
}

async function isAllowed({ originAllowed, warn }: Doors, origin: string): Promise<boolean> {
  try {
    return (await originAllowed?.(origin)) ?? false;
  } catch (error) {
    // Not known is not foreign: a page that is told "forbidden" stops trying. `hello` looks again, and needs the database anyway.
    warn('It could not be looked up whether a page may connect', { error });
    return true;
  }
}

async function mayConnect(
  doors: Doors,
  settings: SocketIoSettings,
  request: IncomingMessage,
): Promise<boolean> {
  return isOwnPage(settings, request) || (await isAllowed(doors, request.headers.origin ?? ''));
}

/**
 * The answer to the upgrade and Engine.IO's first packet are written within this turn: together they are one call of the
 * system, which is most of what either costs. (Engine.IO waits for a promise in between, so this waits for those first.)
 */
function writeTogether({ socket }: IncomingMessage): void {
  socket.cork();
  queueMicrotask(() => void afterwards().then(() => socket.uncork()));
}

/**
 * Whoever brought its greeting along can do nothing before that is answered: the answer to joining waits for it, and both are one
 * call of the system. `SocketPeer` lets them go.
 */
function holdForGreeting(socket: SocketTypes['socket'], go: () => void): void {
  if (socket.handshake.auth['hello'] !== undefined) socket.request.socket.cork();
  go();
}

/** Before an upgrade is looked at: how many wait for the end of its connection. */
type Waiting = () => number;

function countBefore(engine: Engine): Waiting {
  const upgrade = engine.handleUpgrade.bind(engine);
  let before = 0;
  Object.assign(engine, {
    handleUpgrade(...[request, socket, head]: Parameters<typeof upgrade>) {
      before = request.socket.listenerCount('close');
      upgrade(request, socket, head);
    },
  });
  return () => before;
}

/**
 * Engine.IO's answer to an upgrade waits for the end of the connection, to tell middlewares, of which there are none. It would
 * keep the request with all its headers until then.
 */
function letUpgradeGo({ socket }: IncomingMessage, before: Waiting): void {
  const waiting = socket.rawListeners('close');
  const answer = waiting.at(-1) as ((...args: unknown[]) => void) | undefined;
  // That one, and it alone, has come since.
  if (answer !== undefined && waiting.length === before() + 1) socket.off('close', answer);
}

function isOwnPage(settings: SocketIoSettings, { headers }: IncomingMessage): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  return settings.ownOrigins.includes(origin) || servedHere(origin, hostOf(settings, headers));
}

function hostOf({ trustProxy }: SocketIoSettings, headers: IncomingMessage['headers']): string | undefined {
  const forwarded = trustProxy ? headers['x-forwarded-host'] : undefined;
  return typeof forwarded === 'string' ? forwarded : headers.host;
}

function addressOf({ trustProxy }: SocketIoSettings, socket: Socket): string {
  const forwarded = trustProxy ? socket.request.headers['x-forwarded-for'] : undefined;
  // The last one is what the proxy in front saw; the ones before it are what the client said.
  const last = typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : undefined;
  return last ?? socket.conn.remoteAddress;
}

function peerOf(socket: SocketTypes['socket'], clock: Clock, settings: SocketIoSettings): SocketPeer {
  return new SocketPeer(socket, clock, {
    origin: socket.request.headers.origin ?? null,
    ownPage: isOwnPage(settings, socket.request),
    address: addressOf(settings, socket),
  });
}
