/** A deployment under test: seeded database, one or several servers, Redis where it is wanted, and clients that record. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboxTimes, UpResult } from '@latchbox/shared';
import { simulatorThread, simulatorWrite } from '@latchbox/shared/http/simulator';
import { checkRun, tell } from './checkers.ts';
import { eventually } from './eventually.ts';
import { type Dump, dumpDatabase, readSqlite } from './history-dump.ts';
import { connectRecorded, type HistoryClient } from './history-client.ts';
import { type Delivery, History, type Run, type Snapshot, wallOffset } from './history.ts';
import { type Proxy, startProxy } from './proxy.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { type RestClient, restClient } from './rest-client.ts';
import { DATABASE_FILE, type Seed, seedDatabase, type Seeded, type SeededInbox } from './seed.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Times of an inbox in tests, ms: long enough for a busy machine, short enough to wait for. */
export const SHORT: InboxTimes = {
  lockTtl: 2_000,
  reconnectGrace: 1_000,
  idleAfter: 60_000,
  idleGrace: 60_000,
  askGrace: 60_000,
  offerTime: 15_000,
  handOverTime: 60_000,
};

/** Slack on promised times, ms: what a busy machine with two cores may add. */
export const SLACK = 500;

/** Settings of servers under test: quick beats, and no rate limits but where a test is about them. */
const QUICK: Readonly<Record<string, string>> = {
  HEAD_BEAT_MS: '500',
  PRESENCE_BEAT_MS: '500',
  SWEEP_MS: '100',
  PING_INTERVAL_MS: '1000',
  PING_TIMEOUT_MS: '1000',
  RATE_LIMIT_FACTOR: '1000',
};

export interface WorldOptions {
  readonly seed: Seed;
  /** How many servers; more than one need Redis. */
  readonly servers?: number;
  readonly redis?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Puts a link that can be spoilt between each server and Redis. */
  readonly redisLinks?: boolean;
  /** Top of the sources that the servers run. */
  readonly sources?: string;
}

export interface ConnectOptions {
  /** Number of the server, from 0. */
  readonly server?: number;
  /** Another address than the server's own, such as a proxy's. */
  readonly url?: string;
  readonly resume?: { readonly id: string; readonly key: string };
  readonly device?: string;
}

/** A recorded run breaks what must always hold; the message says which invariant and how. */
export class InvariantBroken extends Error {}

export interface Customer {
  readonly conversationId: string;
  writes(body: string): Promise<void>;
  /** The replies that have arrived. */
  sees(): Promise<string[]>;
}

export interface World extends AsyncDisposable {
  readonly seeded: Seeded;
  readonly servers: readonly ServerProcess[];
  readonly redis: RedisServer | null;
  /** The links to Redis, one a server, where they were asked for. */
  readonly redisLinks: readonly Proxy[];
  readonly history: History;
  readonly database: string;
  server(number?: number): ServerProcess;
  /** Id of a conversation, by its inbox and its place there from 0. */
  conversation(inbox: string, place?: number): string;
  stream(inbox: string): `inbox:${string}`;
  agent(name: string): { readonly id: string; readonly name: string; readonly token: string };
  connect(agent: string, options?: ConnectOptions): Promise<HistoryClient>;
  rest(agent: string, server?: number): RestClient;
  /** A new customer, who has written one message to an inbox. */
  customer(inbox: string): Promise<Customer>;
  /** Reads the database and keeps what it read for the checkers. */
  dump(): Dump;
  /** One query on the database, for what the checkers do not read. */
  rows<T>(sql: string, ...values: (string | number)[]): T[];
  /** Lets `reader` read the whole inbox, as a snapshot for the checkers. */
  snapshot(reader: HistoryClient, inbox: string): Promise<void>;
  /** Everything that was recorded. */
  run(): Run;
  /** Waits until every living subscription has reached its head, then holds the run against the invariants. */
  check(waived?: readonly string[]): Promise<void>;
}

async function startServers(
  options: WorldOptions,
  dataDir: string,
  urls: readonly string[],
): Promise<ServerProcess[]> {
  const start = (number: number): Promise<ServerProcess> => {
    const sources = options.sources === undefined ? {} : { sources: options.sources };
    const url = urls[number % urls.length];
    const env = { ...QUICK, ...(url === undefined ? {} : { REDIS_URL: url }), ...options.env };
    return startServer({ dataDir, env, args: ['--empty'], ...sources });
  };
  const numbers = Array.from({ length: options.servers ?? 1 }, (_, number) => number);
  const started = await Promise.allSettled(numbers.map(start));
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return servers;
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  throw failed.reason;
}

/** Writes as a customer on the simulator's page does. */
async function newCustomer(server: ServerProcess, database: string, inbox: SeededInbox): Promise<Customer> {
  const rest = restClient(server.url, null);
  const address = `${randomUUID()}@example.com`;
  let threadToken: string | null = null;
  const writes = async (body: string): Promise<void> => {
    const message = {
      inboxCode: inbox.apiCode,
      from: { name: 'Cleo', address },
      subject: 'A question',
      body,
    };
    const written = await rest.call(simulatorWrite, {
      body: { ...message, threadToken, providerId: randomUUID() },
    });
    threadToken = written.threadToken;
  };
  await writes('A question');
  const conversationId = readSqlite(database, (file) => {
    const query = `SELECT conversations.id FROM conversations JOIN contact_addresses ON contact_addresses.id = address_id WHERE address = ?`;
    return String(file.prepare(query).get(address)?.id);
  });
  return {
    conversationId,
    writes,
    async sees() {
      const { messages } = await restClient(server.url, threadToken).call(simulatorThread);
      return messages.filter(({ from }) => from === 'team').map(({ body }) => body);
    },
  };
}

async function readPages(reader: HistoryClient, inboxId: string): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  let after: { lastAt: number; id: string } | null = null;
  for (;;) {
    const page: UpResult<'conversation.list'> = await reader.wire.call('conversation.list', {
      filter: { inboxIds: [inboxId] },
      after,
      limit: 100,
    });
    const stream = `inbox:${inboxId}`;
    const seq = page.asOf.find((cursor) => cursor.stream === stream)?.seq ?? 0;
    const only = after === null && !page.hasMore;
    snapshots.push({ client: reader.wire.name, stream, seq, rows: page.rows, threads: [], complete: only });
    const last = page.rows.at(-1);
    if (!page.hasMore || last === undefined) return snapshots;
    after = { lastAt: last.lastAt, id: last.id };
  }
}

async function readThread(reader: HistoryClient, conversationId: string): Promise<Snapshot> {
  const open = await reader.wire.call('conversation.open', { conversationId, view: false, limit: 200 });
  return {
    client: reader.wire.name,
    stream: open.asOf.stream,
    seq: open.asOf.seq,
    rows: [open.row],
    threads: open.hasMore ? [] : [{ conversationId, entries: open.entries }],
    complete: false,
  };
}

function known<T>(map: Readonly<Record<string, T>>, name: string): T {
  const value = map[name];
  if (value === undefined) throw new Error(`nothing was seeded as ${name}`);
  return value;
}

/** Seeds a database and starts servers on it. Disposing ends all of it and removes the data. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchbox-world-'));
  const database = join(dataDir, DATABASE_FILE);
  const clients: HistoryClient[] = [];
  const deliveries: Delivery[] = [];
  const dumps: Dump[] = [];
  const snapshots: Snapshot[] = [];
  const history = new History();
  let redis: RedisServer | null = null;
  const redisLinks: Proxy[] = [];
  let servers: ServerProcess[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    await Promise.all(redisLinks.map((link) => link[Symbol.asyncDispose]()));
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const seeded = await seedDatabase(dataDir, options.seed);
    if (options.redis === true || (options.servers ?? 1) > 1) redis = await startRedis();
    if (redis !== null && options.redisLinks === true) {
      for (let number = 0; number < (options.servers ?? 1); number += 1)
        redisLinks.push(await startProxy(redis.port));
    }
    const links = redisLinks.map((link) => `redis://127.0.0.1:${link.port}`);
    servers = await startServers(options, dataDir, links.length > 0 || redis === null ? links : [redis.url]);
    return makeWorld({
      seeded,
      servers,
      redis,
      redisLinks,
      database,
      history,
      clients,
      deliveries,
      dumps,
      snapshots,
      dispose,
    });
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Parts {
  readonly seeded: Seeded;
  readonly servers: readonly ServerProcess[];
  readonly redis: RedisServer | null;
  readonly redisLinks: readonly Proxy[];
  readonly database: string;
  readonly history: History;
  readonly clients: HistoryClient[];
  readonly deliveries: Delivery[];
  readonly dumps: Dump[];
  readonly snapshots: Snapshot[];
  readonly dispose: () => Promise<void>;
}

function makeWorld(parts: Parts): World {
  const { seeded, servers, redis, database, history, clients, dumps, snapshots } = parts;
  const server = (number = 0): ServerProcess => {
    const found = servers[number];
    if (found === undefined) throw new Error(`there is no server ${number}`);
    return found;
  };
  const agent = (name: string) => known(seeded.agents, name);
  const inboxId = (name: string): string => known(seeded.inboxes, name).inboxId;
  const conversation = (inbox: string, place = 0): string => {
    const id = known(seeded.inboxes, inbox).conversations[place];
    if (id === undefined) throw new Error(`${inbox} has no conversation ${place}`);
    return id;
  };
  const dump = (): Dump => {
    const read = dumpDatabase(database);
    dumps.push(read);
    return read;
  };
  const run = (): Run => ({
    ops: history.ops,
    nemeses: history.nemeses,
    deliveries: clients.flatMap(({ wire }) => wire.deliveries),
    snapshots,
    dumps: [dumps[0] ?? dump(), ...dumps.slice(1)],
    wallOffset: wallOffset(),
  });
  return {
    seeded,
    servers,
    redis,
    redisLinks: parts.redisLinks,
    history,
    database,
    server,
    conversation,
    agent,
    stream: (inbox) => `inbox:${inboxId(inbox)}`,
    async connect(name, { server: number = 0, url, resume, device } = {}) {
      const client = await connectRecorded(
        history,
        {
          url: url ?? server(number).url,
          token: agent(name).token,
          resume: resume ?? null,
          name: `${name}@${number}`,
          ...(device === undefined ? {} : { device }),
        },
        { process: name, node: String(number) },
      );
      clients.push(client);
      return client;
    },
    rest: (name, number = 0) => restClient(server(number).url, agent(name).token),
    customer: (inbox) => newCustomer(server(), database, known(seeded.inboxes, inbox)),
    dump,
    rows: (sql, ...values) =>
      readSqlite(
        database,
        (file) =>
          file
            .prepare(sql)
            .all(...values)
            .map((row) => ({ ...row })) as never,
      ),
    async snapshot(reader, inbox) {
      snapshots.push(...(await readPages(reader, inboxId(inbox))));
      for (const id of known(seeded.inboxes, inbox).conversations)
        snapshots.push(await readThread(reader, id));
    },
    run,
    async check(waived = []) {
      dumps.push((await caughtUp(clients, database)) ?? dumpDatabase(database));
      const wrong = tell(checkRun(run(), waived));
      if (wrong !== '') throw new InvariantBroken(wrong);
    },
    [Symbol.asyncDispose]: parts.dispose,
  };
}

/**
 * Waits until no living subscription lacks an event that the database has; answers the database as it was then. A later one may have
 * an event more that is still on its way: what became of a reply is written at any time. Undefined: somebody lacks something for good.
 */
async function caughtUp(clients: readonly HistoryClient[], database: string): Promise<Dump | undefined> {
  return await eventually(
    'every subscription has reached its head',
    () => {
      const read = dumpDatabase(database);
      const heads = new Map(read.streams.map((row) => [row.id, row.lastSeq]));
      const behind = clients.flatMap(({ wire }) =>
        wire.deliveries.filter((delivery) => {
          const last = delivery.events.at(-1)?.event.seq ?? delivery.from;
          return delivery.live && last < (heads.get(delivery.stream) ?? 0);
        }),
      );
      return behind.length === 0 && read;
    },
    5_000,
  ).catch(() => undefined); // The checkers say it better: who lacks what.
}
