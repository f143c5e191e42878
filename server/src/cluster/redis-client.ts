import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Log } from '../lib/log.ts';

export interface RedisClientOptions {
  readonly url: string;
  /** What the connection is called in Redis' list of clients. */
  readonly name: string;
  /** Ms after which a command that was not answered has failed. */
  readonly commandTimeout: number;
  readonly log: Log;
}

/** Ms after which a command to Redis has failed, unless an option says otherwise. */
export const COMMAND_TIMEOUT = 300;
/** Ms on top of two command timeouts, so that what follows an unanswered command still follows it on the same connection. */
const GRACE = 100;
const LONGEST_PAUSE = 1_000;

/**
 * A connection that fails fast and repeats nothing by itself: what could not be said now is not said later, when it may no
 * longer be true. It connects at once and again for ever; `close` ends that.
 */
export function openRedis({ url, name, commandTimeout, log }: RedisClientOptions): Redis {
  const client = new Redis(url, {
    connectionName: `latchbox-${name}`,
    disableClientInfo: true,
    commandTimeout,
    // A Redis that answers nothing any more (stopped, or behind a dead link) is given up together with what was sent to it:
    // from then on commands fail at once.
    socketTimeout: 2 * commandTimeout + GRACE,
    connectTimeout: 1_000,
    disconnectTimeout: 100,
    keepAlive: 5_000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableAutoPipelining: false,
    // What was on its way when a connection broke fails then, and not with the next connection.
    maxRetriesPerRequest: 0,
    retryStrategy: (times) =>
      Math.min(LONGEST_PAUSE, 25 * 2 ** Math.min(times, 10)) * (0.75 + Math.random() / 2),
    // The former master is a replica now: the address leads to the new one, if somebody saw to it.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  watch(client, name, log, new URL(url).host);
  return client;
}

/** One line when it goes and one when it comes back, however many commands fail in between. */
function watch(client: Redis, name: string, log: Log, host: string): void {
  let down = false;
  let reason = '';
  client.on('error', (error: Error) => {
    reason = error.message;
    if (down) return;
    down = true;
    log.warn('Redis is not reached', { redis: name, host, reason });
  });
  client.on('close', () => {
    if (down || client.status === 'end') return;
    down = true;
    log.warn('Redis has closed the connection', { redis: name, host });
  });
  client.on('ready', () => {
    if (down) log.info('Redis is reached again', { redis: name, host });
    down = false;
  });
}

/** Ends a connection. One whose Redis does not answer is given up. */
export async function closeRedis(client: Redis): Promise<void> {
  // Between two tries there is no connection whose end would be told.
  const connected =
    client.status === 'connecting' || client.status === 'connect' || client.status === 'ready';
  const ended = new Promise<void>((resolve) => void client.once('end', resolve));
  try {
    if (client.status === 'ready') await client.quit();
    else client.disconnect();
  } catch {
    client.disconnect();
  }
  if (connected && client.status !== 'end') await ended;
}

/** Resolves when the connection can be used; false when it cannot within `timeout` ms. */
export function becomesReady(client: Redis, timeout: number): Promise<boolean> {
  if (client.status === 'ready') return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = (ready: boolean) => () => {
      clearTimeout(timer);
      client.off('ready', onReady);
      client.off('end', onEnd);
      resolve(ready);
    };
    const onReady = settle(true);
    const onEnd = settle(false);
    const timer = setTimeout(onEnd, timeout);
    client.once('ready', onReady);
    client.once('end', onEnd);
  });
}

/** Whether it can be used within `timeout` ms, and answers then: one that was frozen keeps its connections. */
export async function answersWithin(client: Redis, timeout: number): Promise<boolean> {
  if (!(await becomesReady(client, timeout))) return false;
  return await client.ping().then(
    () => true,
    () => false,
  );
}

/** A Lua script, sent by its hash; in full only to a Redis that does not know it yet. */
export interface Script {
  readonly source: string;
  readonly hash: string;
}

export function createScript(source: string): Script {
  return { source, hash: createHash('sha1').update(source).digest('hex') };
}

/** Gives each new connection scripts before anything else is sent over it. */
export function loadScripts(client: Redis, sources: readonly string[]): void {
  client.on('ready', () => {
    for (const source of sources) client.script('LOAD', source).catch(() => undefined);
  });
}

const isUnknown = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOSCRIPT');

export async function runScript(
  client: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await client.evalsha(script.hash, keys.length, ...keys, ...args);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return await client.eval(script.source, keys.length, ...keys, ...args);
  }
}
