import type { Config } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { askTogether } from './ask-together.ts';
import type { Hints } from './hints.ts';
import { createMemoryHints } from './hints-memory.ts';
import type { Leases } from './leases.ts';
import { createMemoryLeases } from './leases-memory.ts';
import type { OnRedisProblem } from './redis-checks.ts';
import type { PresenceRegistry } from './registry.ts';
import { createMemoryRegistry } from './registry-memory.ts';

/** What several servers share, or one server keeps for itself. */
export interface Cluster {
  /** Resolves when everything is connected and answers; rejects when that takes longer than `timeout` ms (default: 5 s). */
  ready(timeout?: number): Promise<void>;
  readonly hints: Hints;
  readonly leases: Leases;
  readonly registry: PresenceRegistry;
}

export interface ClusterOptions {
  /** Without `REDIS_URL`: one server, everything in this process. `LOCK_REDIS_URLS`: masters for the locks alone. */
  readonly config: Pick<Config, 'REDIS_URL' | 'LOCK_REDIS_URLS'>;
  readonly deploymentId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Told in which ways a Redis is not set up for locks. */
  readonly onProblem?: OnRedisProblem;
}

/** Opens the connections and does not wait for them. */
export async function openCluster({ config, onProblem, ...rest }: ClusterOptions): Promise<Cluster> {
  const url = config.REDIS_URL;
  if (url === undefined) {
    return {
      ready: () => Promise.resolve(),
      hints: createMemoryHints(rest.log),
      leases: createMemoryLeases(rest.clock),
      registry: createMemoryRegistry(rest.clock),
    };
  }
  // Loaded only here: what a server does not use need not take its memory.
  const [{ createRedisHints }, { createRedisLeases }, { createRedisRegistry }] = await Promise.all([
    import('./hints-redis.ts'),
    import('./leases-redis.ts'),
    import('./registry-redis.ts'),
  ]);
  const hints = createRedisHints({ url, ...rest });
  const urls = config.LOCK_REDIS_URLS ?? [url];
  const leases = askTogether(createRedisLeases({ urls, ...rest, onProblem }));
  const registry = createRedisRegistry({ url, ...rest });
  return {
    hints,
    leases,
    registry,
    async ready(timeout) {
      await Promise.all([hints.ready(timeout), leases.ready(timeout), registry.ready(timeout)]);
    },
  };
}
