import { randomUUID } from 'node:crypto';
import { refuse } from '@latchbox/shared';
import type { Redis } from 'ioredis';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { afterwards } from '../lib/next-turn.ts';
import type { Hints } from './hints.ts';
import { createElsewhere, type Elsewhere } from './hints-elsewhere.ts';
import { createLocalHints, type LocalHints } from './hints-local.ts';
import { becomesReady, closeRedis, COMMAND_TIMEOUT, openRedis } from './redis-client.ts';

export interface RedisHintsOptions {
  readonly url: string;
  readonly deploymentId: string;
  readonly log: Log;
  readonly clock?: Pick<Clock, 'monotonic'>;
  /** Ms after which Redis counts as down. */
  readonly commandTimeout?: number;
}

export interface RedisHints extends Hints {
  /** Waits until what was subscribed so far reaches this process; throws `coordination_unavailable` after `timeout` ms. */
  ready(timeout?: number): Promise<void>;
}

const READY_TIMEOUT = 5_000;

/** Where a server says that it began to listen: no channel of anybody is called so. */
const LISTENS = '!listens';

/**
 * Hints over Redis' publish and subscribe. The subscribers of this process get a message at once; the copy that comes back from
 * Redis is known by its sender and dropped. While Redis is down hints reach this process alone, and while nobody else listens to a
 * channel, Redis is not troubled with it.
 */
export function createRedisHints(options: RedisHintsOptions): RedisHints {
  const { url, deploymentId, log, clock = systemClock, commandTimeout = COMMAND_TIMEOUT } = options;
  const prefix = `latchbox:${deploymentId}:hint:`;
  const self = randomUUID();
  const local = createLocalHints(log);
  const elsewhere = createElsewhere(clock);
  const out = openRedis({ url, name: 'hints-out', commandTimeout, log });
  const incoming = openRedis({ url, name: 'hints-in', commandTimeout, log });
  const publisher = createPublisher(out, { prefix, self, log, elsewhere });
  const subscriptions = createSubscriptions(incoming, { prefix, local, listens: publisher.listens });
  incoming.on('close', elsewhere.forget);
  // What was said while it could not be sent.
  out.on('ready', () => void publisher.listens());

  incoming.on('message', (name: string, text: string) => {
    const channel = name.slice(prefix.length);
    const hint = parseHint(text);
    if (hint === undefined) log.warn('a hint could not be read', { channel });
    else if (hint.from === self) elsewhere.cameBack(channel, hint.no);
    else {
      elsewhere.forget();
      if (channel !== LISTENS) local.deliver(channel, hint.message);
    }
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
      const ready = await Promise.all([becomesReady(out, timeout), becomesReady(incoming, timeout)]);
      if (ready.includes(false) || !(await subscriptions.settled())) throw refuse('coordination_unavailable');
    },
    async close() {
      local.clear();
      publisher.flush();
      await Promise.all([closeRedis(out), closeRedis(incoming)]);
    },
  };
}

interface Hint {
  readonly from: string;
  /** Of one that asks who listens; else 0. */
  readonly no: number;
  readonly message: unknown;
}

/** `["server", message]`, or `["server:7", message]` for the one whose copy its sender looks for. */
function parseHint(text: string): Hint | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed) || parsed.length !== 2 || typeof parsed[0] !== 'string') return undefined;
    const [from = '', no = '0'] = parsed[0].split(':');
    return { from, no: Number(no), message: parsed[1] };
  } catch {
    return undefined;
  }
}

interface PublisherDeps {
  readonly prefix: string;
  readonly self: string;
  readonly log: Log;
  readonly elsewhere: Elsewhere;
}

/**
 * Publishes without waiting for the answer, when what is going on is done: whoever is to be answered here waits for no hint. What
 * cannot be published is dropped, with one warning until it works again.
 */
function createPublisher(client: Redis, { prefix, self, log, elsewhere }: PublisherDeps) {
  let failing = false;
  let waiting: { readonly channel: string; readonly message: unknown }[] = [];

  const send = async (channel: string, text: string): Promise<number | undefined> => {
    try {
      const receivers = await client.publish(prefix + channel, text);
      failing = false;
      return receivers;
    } catch (error) {
      if (!failing) log.warn('hints are not published', { error: String(error) });
      failing = true;
      return undefined;
    }
  };
  const publish = async (channel: string, message: unknown): Promise<void> => {
    const outgoing = elsewhere.outgoing(channel);
    if (outgoing === undefined) return;
    const from = outgoing.no === undefined ? self : `${self}:${outgoing.no}`;
    const receivers = await send(channel, JSON.stringify([from, message]));
    if (receivers !== undefined) outgoing.given(receivers);
  };
  const flush = (): void => {
    const all = waiting;
    waiting = [];
    for (const { channel, message } of all) void publish(channel, message);
  };

  return {
    flush,
    publish(channel: string, message: unknown): void {
      waiting.push({ channel, message });
      if (waiting.length === 1) void afterwards().then(flush);
    },
    /** Says to the other servers that this one listens to something that it did not before. */
    listens: async (): Promise<void> => {
      if (client.status === 'ready') await send(LISTENS, JSON.stringify([self, null]));
    },
  };
}

interface SubscriptionDeps {
  readonly prefix: string;
  readonly local: LocalHints;
  readonly listens: () => Promise<void>;
}

/** Keeps Redis' list of our channels as long as the one of the subscribers here, also over a new connection. */
function createSubscriptions(client: Redis, { prefix, local, listens }: SubscriptionDeps) {
  let last: Promise<boolean> = Promise.resolve(true);

  const send = (work: () => Promise<unknown>): void => {
    // What fails for want of a connection is made good by the next one.
    last = work().then(
      () => true,
      () => false,
    );
  };
  const listenTo = async (...names: string[]): Promise<void> => {
    await client.subscribe(...names);
    // Only now: before it is in force, whoever asks is told the truth without us.
    await listens();
  };
  client.on('ready', () => {
    send(() => listenTo(...[LISTENS, ...local.channels()].map((channel) => prefix + channel)));
  });

  return {
    update(channel: string): void {
      if (client.status !== 'ready') return;
      const name = prefix + channel;
      send(() => (local.has(channel) ? listenTo(name) : client.unsubscribe(name)));
    },
    /** Whether the last change was taken. */
    settled: () => last,
  };
}
