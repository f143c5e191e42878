import type { Config } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Hints } from './hints.ts';
import { createMemoryHints } from './hints-memory.ts';
import type { Leases } from './leases.ts';
import { createMemoryLeases } from './leases-memory.ts';
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
}

/** Opens the connections and does not wait for them. */
export async function openCluster({ config, deploymentId, clock, log }: ClusterOptions): Promise<Cluster> {
  const url = config.REDIS_URL;
  if (url === undefined) {
    return {
      ready: () => Promise.resolve(),
      hints: createMemoryHints(log),
      leases: createMemoryLeases(clock),
      registry: createMemoryRegistry(clock),
    };
  }
  // Loaded only here: what a server does not use need not take its memory.
  const [{ createRedisHints }, { createRedisLeases }, { createRedisRegistry }] = await Promise.all([
    import('./hints-redis.ts'),
    import('./leases-redis.ts'),
    import('./registry-redis.ts'),
  ]);
  const shared = { deploymentId, clock, log };
  const hints = createRedisHints({ url, ...shared });
  const leases = createRedisLeases({ urls: config.LOCK_REDIS_URLS ?? [url], ...shared });
  const registry = createRedisRegistry({ url, ...shared });
  return {
    hints,
    leases,
    registry,
    async ready(timeout) {
      await Promise.all([hints.ready(timeout), leases.ready(timeout), registry.ready(timeout)]);
    },
  };
}
