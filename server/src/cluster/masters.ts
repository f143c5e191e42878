import { refuse } from '@latchbox/shared';
import type { Redis } from 'ioredis';
import { ConfigError } from '../config.ts';
import type { Log } from '../lib/log.ts';
import type { Clock } from '../lib/clock.ts';
import {
  answersWithin,
  closeRedis,
  createScript,
  loadScripts,
  openRedis,
  runScript,
} from './redis-client.ts';
import { type OnRedisProblem, watchSetup } from './redis-checks.ts';
import { Voter } from './voter.ts';

export interface MastersOptions {
  readonly urls: readonly string[];
  readonly prefix: string;
  readonly commandTimeout: number;
  readonly clock: Clock;
  /** Ms in which every holder renews once. */
  readonly renewInterval: number;
  readonly log: Log;
  readonly onProblem?: OnRedisProblem | undefined;
}

/** What a master holds under some keys. */
export interface Holdings {
  readonly tokens: readonly (string | null)[];
  /** It has kept what it was given, so that what it lacks is gone. Else it may have been emptied a moment ago. */
  readonly trusted: boolean;
}

/** One Redis that knows nothing of the others. */
export interface Master {
  readonly client: Redis;
  /** The same master as redlock is given it. */
  readonly voter: Voter;
  /** One round trip for all keys. Rejects when the master does not answer. */
  holdings(keys: readonly string[]): Promise<Holdings>;
}

export interface Masters {
  readonly all: readonly Master[];
  readonly quorum: number;
  /**
   * Scripts that every master gets with each new connection, before anything else. A script that had to be sent again in full
   * would be carried out after commands that were sent later: an acquire after its release.
   */
  readonly teach: (sources: readonly string[]) => void;
  /** Throws `coordination_unavailable` when no quorum of masters is connected within `timeout` ms and answers. */
  ready(timeout: number): Promise<void>;
  close(): Promise<void>;
}

/** Remembers the process that answers; when it was another one (or nobody) a moment ago, the master counts as fresh for a while. */
const VOUCH = createScript(`
  if redis.call('GET', KEYS[1]) == ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1])
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
  return 1
`);

/** Throws `ConfigError` when the masters have no clear majority. */
export function openMasters(options: MastersOptions): Masters {
  const { urls, commandTimeout, log } = options;
  checkUrls(urls);
  const all = urls.map((url) => {
    const client = openRedis({ url, name: 'leases', commandTimeout, log });
    watchSetup(client, new URL(url).host, log, options.onProblem);
    return createMaster(client, options);
  });
  const quorum = Math.floor(all.length / 2) + 1;
  return {
    all,
    quorum,
    teach: (sources) => {
      for (const { client } of all) loadScripts(client, sources);
    },
    async ready(timeout) {
      const ready = await Promise.all(all.map(({ client }) => answersWithin(client, timeout)));
      if (ready.filter(Boolean).length < quorum) throw refuse('coordination_unavailable');
    },
    async close() {
      await Promise.all(all.map(({ client }) => closeRedis(client)));
    },
  };
}

function checkUrls(urls: readonly string[]): void {
  if (![1, 3, 5].includes(urls.length)) {
    throw new ConfigError(
      `Locks need 1, 3 or 5 independent Redis masters, not ${urls.length}: an even number can be split in halves that wait for each other.`,
    );
  }
  if (new Set(urls).size < urls.length)
    throw new ConfigError('Two of the Redis masters for locks are the same one.');
}

/**
 * A master that lost its data (emptied, restarted, replaced by a replica) lacks leases that are alive. It is found out by a
 * key without time to live that names the process: it is missing or names another one. Then the master gets it again,
 * together with a key that lasts one renew interval, in which every living lease comes back; so all servers wait alike.
 */
function createMaster(client: Redis, options: MastersOptions): Master {
  const { prefix, renewInterval, log } = options;
  const marker = `${prefix}marker`;
  const fresh = `${prefix}fresh`;
  /** The process behind this connection; null until its marker is in order. */
  let process: string | null = null;

  async function vouch(): Promise<void> {
    const info = await client.info('server');
    const id = /^run_id:(\w+)/m.exec(info)?.[1] ?? 'unnamed';
    await runScript(client, VOUCH, [marker, fresh], [id, renewInterval]);
    process = id;
  }

  const tryToVouch = (): Promise<void> =>
    vouch().catch((error: unknown) =>
      log.debug('a Redis master could not be marked', { error: String(error) }),
    );
  client.on('ready', () => void tryToVouch());
  client.on('close', () => {
    process = null;
  });

  return {
    client,
    voter: new Voter(client, options),
    async holdings(keys) {
      const [mark, young, ...tokens] = await client.mget(marker, fresh, ...keys);
      const known = process !== null && mark === process;
      if (!known) await tryToVouch();
      return { tokens, trusted: known && young === null };
    },
  };
}
