/** What is loaded: servers of our own on a seeded database, or addresses that somebody gave. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../bench/parts/child.ts';
import { eventually } from '../tools/eventually.ts';
import { type RedisServer, startRedis } from '../tools/redis.ts';
import { DATABASE_FILE } from '../tools/seed.ts';
import { freePort } from '../tools/server-process.ts';
import { type LoadSeed, type SeededLoad, seedLoad } from './parts/seed.ts';

export interface Deployment extends AsyncDisposable {
  readonly urls: readonly string[];
  /** Of each agent. */
  readonly tokens: readonly string[];
  /** What customers write to; empty where it is not ours. */
  readonly inboxCodes: readonly string[];
}

export interface OwnDeployment extends Deployment {
  readonly seeded: SeededLoad;
  /** The processes, which also say what they use. */
  readonly servers: readonly Child[];
  readonly database: string;
  /** Null with one server, which needs none. */
  readonly redis: RedisServer | null;
}

/** How long a server may take to start on a busy machine, ms. */
const START = 60_000;

async function startLoadServer(dataDir: string, redis: RedisServer | null) {
  const port = await freePort();
  const env = {
    PORT: String(port),
    DATA_DIR: dataDir,
    SMTP_PORT: '0',
    LOG_LEVEL: 'error',
    // The generator is no guest that must be held back.
    RATE_LIMIT_FACTOR: '1000',
    ...(redis && { REDIS_URL: redis.url }),
  };
  const child = startChild('./latchbox-server.ts', { env });
  const url = `http://127.0.0.1:${port}`;
  let ended = false;
  void child.ended.then(() => (ended = true));
  await eventually('the server answers', async () => ended || (await fetch(`${url}/health/ready`)).ok, START);
  if (ended) throw new Error('A server did not start; what it said stands above.');
  return { child, url };
}

/** Seeds a database on the disk and starts servers on it; several of them share a Redis. */
export async function startDeployment(seed: LoadSeed, servers = 1): Promise<OwnDeployment> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchbox-load-'));
  const database = join(dataDir, DATABASE_FILE);
  const children: Child[] = [];
  let redis: RedisServer | null = null;
  const dispose = async (): Promise<void> => {
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const seeded = await seedLoad(database, seed);
    if (servers > 1) redis = await startRedis();
    const urls: string[] = [];
    for (let at = 0; at < servers; at += 1) {
      const { child, url } = await startLoadServer(dataDir, redis);
      children.push(child);
      urls.push(url);
    }
    return {
      urls,
      seeded,
      database,
      redis,
      servers: children,
      tokens: seeded.agents.map(({ token }) => token),
      inboxCodes: seeded.inboxes.map(({ apiCode }) => apiCode),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Servers that run already. `tokensFile`: one access token or API key a line. `inboxCodes`: where customers may write. */
export function givenDeployment(
  urls: readonly string[],
  tokensFile: string,
  inboxCodes: readonly string[],
): Deployment {
  const lines = readFileSync(tokensFile, 'utf8').split('\n');
  const tokens = lines.map((line) => line.trim()).filter((line) => line !== '');
  return { urls, tokens, inboxCodes, [Symbol.asyncDispose]: async () => undefined };
}
