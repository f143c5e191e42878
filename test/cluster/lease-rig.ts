/** Leases of several servers on Redis masters that a test may kill, stop and empty. */

import { LatchboxError } from '@latchbox/shared';
import { afterEach } from 'vitest';
import { createRedisLeases, type RedisLeases } from '../../server/src/cluster/leases-redis.ts';
import { type Clock, systemClock } from '../../server/src/lib/clock.ts';
import { silentLog } from '../../server/src/lib/log.ts';
import { eventually } from '../tools/eventually.ts';
import { type RedisServer, startRedisMasters } from '../tools/redis.ts';

export const TTL = 60_000;
export const TIMEOUT = 300;
/** For tests that take times: the machine may be busy with something else just then. */
export const TIMED = { retry: 2 };
export const KEY = 'latchbox:dep:lease:a';

export interface Options {
  readonly clock?: Clock;
  readonly renewInterval?: number;
}

let running: RedisServer[] = [];
let opened: RedisLeases[] = [];

afterEach(async () => {
  const [masters, leases] = [running, opened];
  running = [];
  opened = [];
  for (const one of masters) one.resume();
  await Promise.all(leases.map((one) => one.close()));
  await Promise.all(masters.map((one) => one.stop()));
});

export async function startMasters(count: number): Promise<RedisServer[]> {
  running = await startRedisMasters(count);
  return running;
}

export function master(index: number): RedisServer {
  const found = running[index];
  if (found === undefined) throw new Error(`no master ${index}`);
  return found;
}

/** One server's leases. They are closed at the end of the test. */
export function open(urls: string[], options: Options = {}): RedisLeases {
  const shared = { deploymentId: 'dep', clock: systemClock, log: silentLog, commandTimeout: TIMEOUT };
  const leases = createRedisLeases({ urls, ...shared, renewInterval: 50, ...options });
  opened.push(leases);
  return leases;
}

/** The leases of one more server, connected; the first one starts the masters. */
export async function given(count: number, options: Options = {}): Promise<RedisLeases> {
  const masters = running.length > 0 ? running : await startMasters(count);
  const urls = masters.map((one) => one.url);
  const leases = open(urls, options);
  await leases.ready();
  return leases;
}

/** Takes a lease that must be free. */
export async function take(leases: RedisLeases, key = 'a', ttl = TTL): Promise<string> {
  const answer = await leases.acquire(key, ttl);
  if (answer.status !== 'granted') throw new Error(`${key} is held`);
  return answer.token;
}

/** Resolves when a master's word that a lease is gone is believed. */
export async function trusted(leases: RedisLeases): Promise<void> {
  const asked = [{ key: 'x', token: 'x' }];
  await eventually('the masters are trusted', async () => (await leases.check(asked))[0] === 'gone');
}

export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

/** What a call answers, or the code with which it was refused. */
export const code = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (result) => result,
    (error: unknown) => (LatchboxError.is(error) ? error.code : error),
  );
