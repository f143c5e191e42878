/** Whole servers without a network: real services on one database, one or several gateways, a clock that stands still. */
import { type DownItem, refuse, type StreamId } from '@latchbox/shared';
import { createMemoryHints } from '../../cluster/hints-memory.ts';
import type { Hints } from '../../cluster/hints.ts';
import type { Leases } from '../../cluster/leases.ts';
import { createMemoryLeases } from '../../cluster/leases-memory.ts';
import type { PresenceRegistry } from '../../cluster/registry.ts';
import { createMemoryRegistry } from '../../cluster/registry-memory.ts';
import { createHeart, type Heart } from '../../collaboration/heart.ts';
import { createPresence } from '../../collaboration/presence.ts';
import { createTyping } from '../../collaboration/typing.ts';
import { appendEvent, type Wake } from '../../database/event-log.ts';
import { type GivenOrganisation, givenOrganisation } from '../../database/testing/given.ts';
import { openTestDatabase, type TestDatabase, type TestDialect } from '../../database/testing/open.ts';
import type { Directory, VerifiedToken } from '../../directory/api.ts';
import { secretsOfTests } from '../../directory/testing/directory.ts';
import { createDirectory } from '../../directory/directory.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Log, silentLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { createMessaging } from '../../messaging/messaging.ts';
import { GATHER_MS } from '../gathering.ts';
import { createComposing } from '../../messaging/composing/composing.ts';
import { createSendDoor, type SendDeps } from '../../messaging/sending/send.ts';
import { createGateway, type Gateway, type GatewayDeps } from '../gateway.ts';
import { type MemoryOptions, type MemoryPair, memoryPair } from '../memory-peer.ts';
import { TestClient } from './client.ts';

export const LOG_EPOCH = 'log_test';
type Who = 'anna' | 'ben' | 'rita' | 'admin';

export interface TestServer {
  readonly gateway: Gateway;
  readonly heart: Heart;
  /** A connection that has not said hello. */
  connect(options?: MemoryOptions): MemoryConnection;
  /** A connection of an agent that has. */
  join(who: Who, options?: MemoryOptions): Promise<MemoryConnection>;
}

export class MemoryConnection extends TestClient {
  readonly pair: MemoryPair;
  constructor(pair: MemoryPair) {
    super(pair.client);
    this.pair = pair;
  }
}

export interface World<C extends Clock = ManualClock> extends GivenOrganisation {
  readonly clock: C;
  readonly db: TestDatabase;
  readonly directory: Directory;
  readonly inbox: StreamId;
  /** While true, hints are lost. */
  hintsLost: boolean;
  readonly logged: { level: string; message: string; fields: Record<string, unknown> | undefined }[];
  server(more?: Partial<GatewayDeps>): TestServer;
  /** What a token says; tests change it. */
  token(who: Who, more?: Partial<VerifiedToken>): string;
  /** The token is over, from now on. */
  endToken(token: string): void;
  /** Appends events to a stream in one transaction and wakes its pumps; answers the last sequence number. */
  append(count?: number, stream?: StreamId, padding?: number): Promise<number>;
  close(): Promise<void>;
}

export function createWorld(dialect: TestDialect = 'sqlite'): Promise<World> {
  return worldOn(new ManualClock(), dialect);
}

/** What the servers of a world share. */
interface Ground {
  readonly db: TestDatabase;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
  readonly leases: Leases;
  readonly registry: PresenceRegistry;
  readonly logEpoch: string;
}

type TokenCheck = Pick<Directory, 'verifyToken' | 'stillValid'>;

/** The same on another clock: real sockets need the machine's. */
export async function worldOn<C extends Clock>(clock: C, dialect: TestDialect = 'sqlite'): Promise<World<C>> {
  const db = await openTestDatabase(dialect, { clock });
  const given = await givenOrganisation(db);
  const bare = createMemoryHints();
  const tokens = fakeTokens();
  const logged: World['logged'] = [];
  const servers: { close(): Promise<void> }[] = [];
  const publish: Hints['publish'] = (channel, message, here) => {
    if (!world.hintsLost) bare.publish(channel, message, here);
  };
  const ground: Ground = {
    db,
    hints: { ...bare, publish },
    clock,
    log: recorder(logged),
    wake: (stream, appended) => publish('wake', stream, appended),
    leases: createMemoryLeases(clock),
    registry: createMemoryRegistry(clock),
    logEpoch: LOG_EPOCH,
  };
  const directory = createDirectory({
    ...ground,
    ...secretsOfTests(),
    locks: { endInScope: () => Promise.resolve() },
    config: { ACCESS_TOKEN_MINUTES: 15, REFRESH_DAYS: 30, RATE_LIMIT_FACTOR: 1 },
  });

  const world: World<C> = {
    ...given,
    clock,
    db,
    directory,
    inbox: `inbox:${given.inboxId}`,
    hintsLost: false,
    logged,
    server(more = {}) {
      const parts = startParts(ground, `srv_${servers.length}`, { ...directory, ...tokens.check }, more);
      servers.push(parts);
      return withClients(parts, world);
    },
    token: (who, more) => tokens.add({ id: given[who].id, name: given[who].name }, more),
    endToken: (token) => tokens.end(token),
    append: (count = 1, stream = world.inbox, padding = 0) =>
      appendMany(ground, given, { count, stream, padding }),
    async close() {
      for (const server of servers) await server.close();
      if (clock instanceof ManualClock && clock.pending > 0)
        throw new Error(`${clock.pending} timers are left`);
      await ground.leases.close();
      await ground.registry.close();
      await bare.close();
      await db.close();
    },
  };
  return world;
}

/** The services of one server around a gateway. */
function startParts(
  ground: Ground,
  serverId: string,
  directory: TokenCheck & Pick<Directory, 'inboxesAsOf'>,
  more: Partial<GatewayDeps>,
) {
  const shared = { ...ground, serverId };
  const emit: Gateway['emitToInbox'] = (inboxId, item) => gateway.emitToInbox(inboxId, item);
  const heart = createHeart({
    ...shared,
    signals: {
      uncertain: (...args) => gateway.signals.uncertain(...args),
      dropOlder: (...args) => gateway.signals.dropOlder(...args),
    },
    maxLocks: 20,
    sweepEvery: 500,
  });
  const sending: SendDeps = {
    ...shared,
    poke: () => undefined,
    endLock: (...args) => heart.endLock(...args),
    afterReply: (...told) => heart.afterReply(...told),
    activity: (holder, conversationId) => heart.locks.activity(holder, conversationId, 'reply'),
  };
  const sendDoor = createSendDoor(sending);
  const presence = createPresence({ ...shared, emit, beat: 10_000 });
  const typing = createTyping({ ...shared, emit, expiresAfter: 6_000 });
  presence.start();
  typing.start();
  const gateway: Gateway = createGateway({
    ...shared,
    sessions: heart.sessions,
    locks: heart.locks,
    sendDoor,
    messaging: createMessaging(shared),
    composing: createComposing({ ...sending, simulator: true }),
    directory,
    presence,
    typing,
    random: () => 0.5,
    ...more,
  });
  return {
    gateway,
    heart,
    async close() {
      await gateway.close();
      await presence.close();
      await typing.close();
      await heart.close();
    },
  };
}

function withClients(
  { gateway, heart }: Pick<TestServer, 'gateway' | 'heart'>,
  world: Pick<World, 'token'>,
): TestServer {
  const connect = (options?: MemoryOptions): MemoryConnection => {
    const pair = memoryPair(options);
    gateway.attach(pair.peer);
    return new MemoryConnection(pair);
  };
  return {
    gateway,
    heart,
    connect,
    async join(who, options) {
      const client = connect(options);
      await client.hello(world.token(who));
      return client;
    },
  };
}

async function appendMany(
  { db, wake }: Ground,
  { anna }: GivenOrganisation,
  { count, stream, padding }: { count: number; stream: StreamId; padding: number },
): Promise<number> {
  return await db.inTransaction(async (tx) => {
    let seq = 0;
    for (let each = 0; each < count; each += 1) {
      const person = { id: anna.id, name: anna.name.padEnd(padding, '.') };
      seq = await appendEvent(
        tx,
        stream,
        { type: 'member.changed', person, capability: 'reply' },
        () => undefined,
      );
    }
    tx.afterCommit(() => wake(stream));
    return seq;
  });
}

/** Tokens that are what a test says they are. */
function fakeTokens() {
  const known = new Map<string, VerifiedToken>();
  return {
    add(agent: { id: string; name: string }, more: Partial<VerifiedToken> = {}): string {
      const token = `token-${known.size + 1}`;
      known.set(token, {
        agent: { ...agent, email: `${agent.id.toLowerCase()}@shop.example`, role: 'agent', kind: 'person' },
        credential: { kind: 'api_key', keyId: 'key_test' },
        signInId: null,
        endsAt: null,
        allowedOrigins: null,
        ...more,
      });
      return token;
    },
    end: (token: string) => void known.delete(token),
    check: {
      verifyToken(token: string): Promise<VerifiedToken> {
        const verified = known.get(token);
        return verified === undefined ? Promise.reject(refuse('unauthenticated')) : Promise.resolve(verified);
      },
      stillValid: (verified: VerifiedToken) => Promise.resolve([...known.values()].includes(verified)),
    },
  };
}

function recorder(logged: World['logged']): Log {
  const at = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void logged.push({ level, message, fields });
  const log: Log = {
    ...silentLog,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
  return { ...log, with: () => log };
}

/** Lets everything that is ready run, until `holds`; fails when it never does. For clocks that stand still. */
export async function soon(what: string, holds: () => boolean): Promise<void> {
  for (let round = 0; round < 2_000; round += 1) {
    if (holds()) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error(`never: ${what}`);
}

/** The first item of a kind that fits; lets time pass in windows of gathering until it is there. */
export async function told<T extends DownItem['t']>(
  { clock }: World,
  client: TestClient,
  t: T,
  fits: (item: Extract<DownItem, { t: T }>) => boolean = () => true,
): Promise<Extract<DownItem, { t: T }>> {
  for (let window = 0; window < 100; window += 1) {
    const found = client.of(t).find(fits);
    if (found !== undefined) return found;
    await clock.advance(GATHER_MS);
  }
  throw new Error(`never told: ${t}`);
}
