import { randomUUID } from 'node:crypto';
import { refuse } from '@latchbox/shared';
import type { Redis } from 'ioredis';
import type { Log } from '../lib/log.ts';
import { afterwards } from '../lib/next-turn.ts';
import type { Hints } from './hints.ts';
import { createLocalHints, type LocalHints } from './hints-local.ts';
import { becomesReady, closeRedis, COMMAND_TIMEOUT, openRedis } from './redis-client.ts';

export interface RedisHintsOptions {
  readonly url: string;
  readonly deploymentId: string;
  readonly log: Log;
  /** Ms after which Redis counts as down. */
  readonly commandTimeout?: number;
}

export interface RedisHints extends Hints {
  /** Waits until what was subscribed so far reaches this process; throws `coordination_unavailable` after `timeout` ms. */
  ready(timeout?: number): Promise<void>;
}

const READY_TIMEOUT = 5_000;

/**
 * Hints over Redis' publish and subscribe. The subscribers of this process get a message at once; the copy that comes back from
 * Redis is known by its sender and dropped. While Redis is down hints reach this process alone.
 */
export function createRedisHints(options: RedisHintsOptions): RedisHints {
  const { url, deploymentId, log, commandTimeout = COMMAND_TIMEOUT } = options;
  const prefix = `latchbox:${deploymentId}:hint:`;
  const self = randomUUID();
  const local = createLocalHints(log);
  const out = openRedis({ url, name: 'hints-out', commandTimeout, log });
  const subscriptions = createSubscriptions(
    openRedis({ url, name: 'hints-in', commandTimeout, log }),
    prefix,
    local,
  );
  const publisher = createPublisher(out, prefix, self, log);

  subscriptions.client.on('message', (name: string, text: string) => {
    const channel = name.slice(prefix.length);
    const hint = parseHint(text);
    if (hint === undefined) log.warn('a hint could not be read', { channel });
    else if (hint.from !== self) local.deliver(channel, hint.message);
  });

  return {
    publish(channel, message, here = message) {
      // First: what a subscriber publishes in answer to a message from here follows it to the others.
      publisher.publish(channel, message);
      local.deliver(channel, here);
    },
    subscribe(channel, receive) {
      const end = local.add(channel, receive);
      subscriptions.update(channel);
      return () => {
        end();
        subscriptions.update(channel);
      };
    },
    async ready(timeout = READY_TIMEOUT) {
      const ready = await Promise.all([
        becomesReady(out, timeout),
        becomesReady(subscriptions.client, timeout),
      ]);
      if (ready.includes(false) || !(await subscriptions.settled())) throw refuse('coordination_unavailable');
    },
    async close() {
      local.clear();
      publisher.flush();
      await Promise.all([closeRedis(out), closeRedis(subscriptions.client)]);
    },
  };
}

function parseHint(text: string): { readonly from: string; readonly message: unknown } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed) || parsed.length !== 2 || typeof parsed[0] !== 'string') return undefined;
    return { from: parsed[0], message: parsed[1] };
  } catch {
    return undefined;
  }
}

/**
 * Publishes without waiting for the answer, when what is going on is done: whoever is to be answered here waits for no hint. What
 * cannot be published is dropped, with one warning until it works again.
 */
function createPublisher(client: Redis, prefix: string, self: string, log: Log) {
  let failing = false;
  let waiting: { readonly name: string; readonly text: string }[] = [];

  const send = (name: string, text: string): void => {
    client.publish(name, text).then(
      () => {
        failing = false;
      },
      (error: unknown) => {
        if (failing) return;
        failing = true;
        log.warn('hints are not published', { error: String(error) });
      },
    );
  };
  const flush = (): void => {
    const all = waiting;
    waiting = [];
    for (const { name, text } of all) send(name, text);
  };

  return {
    flush,
    publish(channel: string, message: unknown): void {
      waiting.push({ name: prefix + channel, text: JSON.stringify([self, message]) });
      if (waiting.length === 1) void afterwards().then(flush);
    },
  };
}

/** Keeps Redis' list of our channels as long as the one of the subscribers here, also over a new connection. */
function createSubscriptions(client: Redis, prefix: string, local: LocalHints) {
  let last: Promise<boolean> = Promise.resolve(true);

  const send = (work: () => Promise<unknown>): void => {
    // What fails for want of a connection is made good by the next one.
    last = work().then(
      () => true,
      () => false,
    );
  };
  client.on('ready', () => {
    const channels = local.channels().map((channel) => prefix + channel);
    if (channels.length > 0) send(() => client.subscribe(...channels));
  });

  return {
    client,
    update(channel: string): void {
      if (client.status !== 'ready') return;
      const name = prefix + channel;
      send(() => (local.has(channel) ? client.subscribe(name) : client.unsubscribe(name)));
    },
    /** Whether the last change was taken. */
    settled: () => last,
  };
}
