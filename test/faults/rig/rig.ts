/** The deployment of a fault run: three servers on one database, Redis, a mail relay, a link before each of them, and clients. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeInbox } from '@latchbox/shared/http/inboxes';
import { type Dump, dumpDatabase, readSqlite } from '../../tools/history-dump.ts';
import { monotonic } from '../../tools/history.ts';
import { type Proxy, startProxy } from '../../tools/proxy.ts';
import { type RedisServer, startRedis } from '../../tools/redis.ts';
import { type RestClient, restClient } from '../../tools/rest-client.ts';
import { DATABASE_FILE, type Seed, seedDatabase, type Seeded } from '../../tools/seed.ts';
import { freePort, type ServerProcess, startServer } from '../../tools/server-process.ts';
import { SHORT } from '../../tools/world.ts';
import { type Crew, startCrew } from './crew.ts';
import { readBaseline } from './gauges.ts';
import type { Start } from './messages.ts';
import { createNotebook, type Notebook } from './notebook.ts';
import { type Provider, startProvider } from './provider.ts';

/** Life of a lease, ms: T of the reliability notes. */
export const T = SHORT.lockTtl;
export const SERVERS = 3;
/** Names of the inboxes by what a lock in them begins with. */
export const INBOXES = ['orders', 'front'] as const;
/** The one inbox that nobody but slow readers looks at. */
export const NOISE = 'noise';
/** Agents of the client groups; some have two tabs. */
export const GROUPS = [
  ['ann', 'ben', 'cleo', 'ann'],
  ['dan', 'eve', 'fay', 'eve'],
  ['gus', 'hana', 'ivo', 'ann'],
] as const;
export const ADMIN = 'mia';
/** Members without an SDK: they ask for what is hidden, and die with a lock in their hands. The last one lives. */
export const MORTALS = ['olga', 'omar', 'orla'] as const;
/** Of all agents of the client groups. */
export const PASSWORD = 'correct horse battery staple';
/** Reads `noise`, slowly. */
export const READER = 'rolf';

const SETTINGS: Readonly<Record<string, string>> = {
  HEAD_BEAT_MS: '500',
  PRESENCE_BEAT_MS: '500',
  SWEEP_MS: '100',
  PING_INTERVAL_MS: '1000',
  PING_TIMEOUT_MS: '1000',
  RATE_LIMIT_FACTOR: '1000',
  DRAIN_MS: '2000',
  // Sign-ins of a run last as long as it does.
  ACCESS_TOKEN_MINUTES: '600',
};

export interface RigOptions {
  readonly seed: number;
  /** Top of the sources that the servers run, with the failpoints patched in. */
  readonly sources: string;
  /** Ms between two acts of one client, on average. */
  readonly pace: number;
}

/** Links that a client group has to the servers, by server. */
export interface ClientLinks {
  readonly web: readonly Proxy[];
  readonly mail: readonly Proxy[];
}

export interface Rig extends AsyncDisposable {
  readonly seeded: Seeded;
  readonly servers: readonly ServerProcess[];
  readonly redis: RedisServer;
  readonly provider: Provider;
  /** One a server. */
  readonly redisLinks: readonly Proxy[];
  readonly relayLinks: readonly Proxy[];
  /** One a client group. */
  readonly clientLinks: readonly ClientLinks[];
  readonly crew: Crew;
  readonly notebook: Notebook;
  /** Tokens that the agents use now, by name. */
  readonly tokens: Map<string, string>;
  readonly database: string;
  server(number: number): ServerProcess;
  /** As an agent, straight at a server. */
  rest(agent: string, server: number, timeout?: number): RestClient;
  /** Whether a server runs and has started: true also for one that is frozen. */
  serves(number: number): boolean;
  /** Says that a server will end now, because the rig ends it. */
  expectExit(number: number): void;
  /** It will not end after all. */
  spareExit(number: number): void;
  /** Starts a server again, whatever state it is in, and watches its new process. */
  restart(number: number): Promise<void>;
  dump(): Dump;
  rows<R>(sql: string, ...values: (string | number)[]): R[];
}

function seedOf(): Seed {
  const times = { ...SHORT, askGrace: 1_500, offerTime: 1_500, handOverTime: 2_000 };
  const inbox = { times, conversations: 3 };
  const agents = [...new Set(GROUPS.flat())];
  return {
    inboxes: {
      orders: { ...inbox, lockOn: 'compose', addresses: ['orders@shop.example'] },
      // Asks its holders while they think.
      front: {
        ...inbox,
        lockOn: 'open',
        times: { ...times, idleAfter: 2_500, idleGrace: 1_500 },
        addresses: ['front@shop.example'],
      },
      [NOISE]: { ...inbox, conversations: 1 },
    },
    agents: {
      ...Object.fromEntries(agents.map((name) => [name, { inboxes: INBOXES, password: PASSWORD }])),
      [ADMIN]: { role: 'admin', capability: 'manage' },
      [READER]: { inboxes: [NOISE] },
      ...Object.fromEntries(MORTALS.map((name) => [name, { inboxes: INBOXES }])),
    },
  };
}

/** Puts `count` links before a port each. */
const linksTo = (ports: readonly number[]): Promise<Proxy[]> =>
  Promise.all(ports.map((port) => startProxy(port)));

async function startServers(
  { sources }: RigOptions,
  dataDir: string,
  redisLinks: readonly Proxy[],
  relayLinks: readonly Proxy[],
): Promise<{ servers: ServerProcess[]; mailPorts: number[] }> {
  const mailPorts = await Promise.all(redisLinks.map(() => freePort()));
  const started = await Promise.allSettled(
    redisLinks.map((link, number) =>
      startServer({
        dataDir,
        sources,
        args: ['--empty'],
        env: {
          ...SETTINGS,
          REDIS_URL: `redis://127.0.0.1:${link.port}`,
          SMTP_PORT: String(mailPorts[number]),
          SMTP_URL: `smtp://127.0.0.1:${relayLinks[number]?.port}`,
        },
      }),
    ),
  );
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return { servers, mailPorts };
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  throw failed.reason;
}

/** What the client processes are told at their start. */
function groupOrders(
  { seed, pace }: RigOptions,
  seeded: Seeded,
  clientLinks: readonly ClientLinks[],
): Start[] {
  const tabs = new Map<string, number>();
  const doors = INBOXES.map((name) => {
    const { inboxId, apiCode } = seeded.inboxes[name] as Seeded['inboxes'][string];
    return { inboxId, apiCode, address: `${name}@shop.example` };
  });
  const agentIds = [...new Set(GROUPS.flat())].map((name) => seeded.agents[name]?.id ?? '');
  return GROUPS.map((names, group) => ({
    order: 'start',
    group,
    seed,
    pace,
    doors,
    agentIds,
    players: names.map((agent) => {
      const tab = (tabs.get(agent) ?? 0) + 1;
      tabs.set(agent, tab);
      return { name: `${agent}/${tab}`, agent, agentId: seeded.agents[agent]?.id ?? '' };
    }),
    tokens: Object.fromEntries(names.map((name) => [name, seeded.agents[name]?.token ?? ''])),
    urls: clientLinks[group]?.web.map(({ url }) => url) ?? [],
    mailPorts: clientLinks[group]?.mail.map(({ port }) => port) ?? [],
    conversations: INBOXES.flatMap((name) => seeded.inboxes[name]?.conversations ?? []),
  }));
}

/** Seeds a database and starts everything. Disposing ends all of it and removes the data. */
export async function startRig(options: RigOptions): Promise<Rig> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchbox-rig-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const kept = <D extends AsyncDisposable>(part: D): D => {
    ends.push(() => Promise.resolve(part[Symbol.asyncDispose]()));
    return part;
  };
  const dispose = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const seeded = await seedDatabase(dataDir, seedOf());
    const redis = kept(await startRedis({ keep: true }));
    const provider = kept(await startProvider());
    const redisLinks = (await linksTo(Array.from({ length: SERVERS }, () => redis.port))).map(kept);
    const relayLinks = (await linksTo(Array.from({ length: SERVERS }, () => provider.port))).map(kept);
    const { servers, mailPorts } = await startServers(options, dataDir, redisLinks, relayLinks);
    servers.map(kept);
    const clientLinks: ClientLinks[] = [];
    for (const _group of GROUPS) {
      const web = (await linksTo(servers.map(({ port }) => port))).map(kept);
      clientLinks.push({ web, mail: (await linksTo(mailPorts)).map(kept) });
    }
    const notebook = createNotebook();
    const database = join(dataDir, DATABASE_FILE);
    notebook.memberships.push(...membershipsOf(database));
    await letMembersTakeOver(seeded, servers[0]);
    await readBaseline({ servers, notebook });
    const crew = kept(await startCrew(notebook, groupOrders(options, seeded, clientLinks)));
    const parts = {
      seeded,
      servers,
      redis,
      provider,
      redisLinks,
      relayLinks,
      clientLinks,
      crew,
      notebook,
      database,
    };
    return makeRig(parts, dispose);
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** In one inbox everybody may take over, in the other nobody of the players. */
async function letMembersTakeOver({ agents, inboxes }: Seeded, server?: ServerProcess): Promise<void> {
  // Everything starts at once: the first answer may take its time.
  const rest = restClient(server?.url ?? '', agents[ADMIN]?.token ?? '', 30_000);
  const inbox = inboxes.orders?.inboxId ?? '';
  await rest.call(changeInbox, { params: { inbox }, body: { takeOverBy: 'members' } });
}

/** As they were seeded: from before the run, for good. */
function membershipsOf(database: string) {
  const sql = 'SELECT inbox_id AS inboxId, agent_id AS agentId FROM inbox_members';
  return rowsOf<{ inboxId: string; agentId: string }>(database, sql).map((row) => ({
    ...row,
    from: 0,
    to: null,
  }));
}

function rowsOf<R>(database: string, sql: string, ...values: (string | number)[]): R[] {
  return readSqlite(database, (file) =>
    file
      .prepare(sql)
      .all(...values)
      .map((row) => ({ ...row })),
  ) as R[];
}

type Parts = Pick<
  Rig,
  | 'seeded'
  | 'servers'
  | 'redis'
  | 'provider'
  | 'redisLinks'
  | 'relayLinks'
  | 'clientLinks'
  | 'crew'
  | 'notebook'
  | 'database'
>;

function makeRig(parts: Parts, dispose: () => Promise<void>): Rig {
  const { seeded, servers, notebook, database } = parts;
  const expected = new Set<number>();
  const starting = new Set<number>();
  const server = (number: number): ServerProcess => {
    const found = servers[number];
    if (found === undefined) throw new Error(`there is no server ${number}`);
    return found;
  };
  let over = false;
  const watch = (number: number): void => {
    void server(number).exited.then(({ code, signal }) => {
      if (over) return;
      const injected = expected.delete(number);
      notebook.exits.push({ node: String(number), at: monotonic(), injected, how: `${signal ?? code}` });
    });
  };
  for (const number of servers.keys()) watch(number);
  const tokens = new Map(Object.entries(seeded.agents).map(([name, { token }]) => [name, token]));
  return {
    ...parts,
    tokens,
    server,
    rest: (agent, number, timeout) => restClient(server(number).url, tokens.get(agent) ?? '', timeout),
    serves: (number) => server(number).running && !starting.has(number),
    expectExit: (number) => void expected.add(number),
    spareExit: (number) => void expected.delete(number),
    async restart(number) {
      if (server(number).running) expected.add(number);
      // A fault may meet it while it starts; whoever watches over processes starts it again.
      starting.add(number);
      await server(number)
        .restart()
        .catch(() => server(number).restart())
        .finally(() => starting.delete(number));
      expected.delete(number);
      watch(number);
    },
    dump: () => dumpDatabase(database),
    rows: (sql, ...values) => rowsOf(database, sql, ...values),
    async [Symbol.asyncDispose]() {
      over = true;
      await dispose();
    },
  };
}
