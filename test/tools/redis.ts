/** A real Redis for a test: its own process on a free port, in a folder that goes with it. Unless asked, it keeps nothing on disk. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Asks it to end, and removes its folder. Stopping twice is fine. */
  stop(): Promise<void>;
  /** kill -9: connections are reset, everything it held is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port: empty, or with what it had written to its log where it keeps one. */
  start(): Promise<void>;
  /** Removes what a Redis that keeps a log has written; only while it is down. */
  forget(): Promise<void>;
  /** SIGSTOP: connections stay open, are even accepted, and nobody answers. */
  pause(): void;
  resume(): void;
  flushall(): Promise<void>;
  keys(pattern?: string): Promise<string[]>;
  /** The names of the connections of clients, without the one that asks. */
  clients(): Promise<string[]>;
  /** Runs `ask` with a client of its own. */
  with<T>(ask: (redis: Redis) => Promise<T>): Promise<T>;
}

const MISSING =
  'redis-server is not installed. The tests on a real Redis need version 7: ' +
  '`apt-get install -y --no-install-recommends redis-server` on Debian and Ubuntu, `brew install redis` on macOS.';

/** Between finding a free port and taking it another process may be faster: then another port is tried. */
const TRIES = 5;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** PING in Redis' inline form: no client that would try again by itself. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}

const running = new Set<ChildProcess>();
// A test that was stopped in the middle leaves no process behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Ms. Long: on a busy machine it reads a log of an hour first, and whoever gives up leaves a Redis behind that nobody knows of. */
const START_WITHIN = 30_000;

/** Starts the process; undefined when it ended by itself, mostly because its port was taken. */
async function launch(
  port: number,
  folder: string,
  { keep = false }: RedisOptions,
): Promise<ChildProcess | undefined> {
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: keep ? 'yes' : 'no',
    loglevel: 'warning',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  running.add(child);
  let over: Error | true | undefined;
  child.on('error', (error) => {
    over = 'code' in error && error.code === 'ENOENT' ? new Error(MISSING, { cause: error }) : error;
  });
  child.on('exit', () => {
    over ??= true;
    running.delete(child);
  });
  await eventually(
    `Redis answers on port ${port}`,
    async () => over !== undefined || (await answers(port)),
    START_WITHIN,
  );
  if (over instanceof Error) throw over;
  return over === true ? undefined : child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

export interface RedisOptions {
  /** Keeps an append-only log that is synced every second, as in production: a kill loses a second at most. */
  readonly keep?: boolean;
}

/** Starts one. `await using redis = await startRedis()` stops it at the end of the block. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-redis-'));
  try {
    for (let left = TRIES; left > 0; left -= 1) {
      const port = await freePort();
      const child = await launch(port, folder, options);
      if (child !== undefined) return handle(port, folder, child, options);
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  throw new Error('No free port could be had for a Redis.');
}

/** Starts several at once: independent masters. */
export function startRedisMasters(count: number): Promise<RedisServer[]> {
  return Promise.all(Array.from({ length: count }, () => startRedis()));
}

function handle(port: number, folder: string, first: ChildProcess, options: RedisOptions): RedisServer {
  let child = first;
  const url = `redis://127.0.0.1:${port}`;

  async function ask<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(url, { retryStrategy: null, connectionName: 'test-asks', lazyConnect: true });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  const signal = (name: NodeJS.Signals) => void child.kill(name);
  async function end(name: NodeJS.Signals): Promise<void> {
    // A stopped process takes no SIGTERM until it goes on.
    if (name === 'SIGTERM') signal('SIGCONT');
    signal(name);
    // One that writes its first log does not end when it is asked to, and forgets that it was.
    const again = setInterval(() => signal(name), 500);
    await ended(child).finally(() => clearInterval(again));
  }
  async function stop(): Promise<void> {
    await end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }

  return {
    url,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    stop,
    kill: () => end('SIGKILL'),
    async start() {
      const again = await launch(port, folder, options);
      if (again === undefined) throw new Error(`Port ${port} was taken while its Redis was down.`);
      child = again;
    },
    async forget() {
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    flushall: () => ask(async (redis) => void (await redis.flushall())),
    keys: (pattern = '*') => ask(async (redis) => (await redis.keys(pattern)).sort()),
    clients: () =>
      ask(async (redis) => {
        const list = String(await redis.client('LIST'));
        const names = [...list.matchAll(/ name=(\S*)/g)].map(([, name = '']) => name);
        return names.filter((name) => name !== 'test-asks').sort();
      }),
    with: ask,
    [Symbol.asyncDispose]: stop,
  };
}
