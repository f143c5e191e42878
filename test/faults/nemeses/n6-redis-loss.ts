import { between, hold, type Nemesis } from './nemesis.ts';

const WAYS = { flush: 3, empty: 1, evict: 3 } as const;

/** Redis forgets: everything, everything with a restart, or the one lease that matters. */
export const redisLoss: Nemesis = {
  name: 'N6',
  what: 'Redis loses data: emptied, restarted empty, or a lease evicted',
  lane: 'machines',
  weight: 3,
  async run(rig, random, signal) {
    const { redis } = rig;
    const way = random.weighted(WAYS);
    if (way === 'flush') await redis.flushall();
    if (way === 'evict') {
      const keys = (await redis.keys()).filter((key) => key.includes(':lease:'));
      const key = keys[random.below(keys.length)];
      if (key === undefined) return 'evict (no lease stood)';
      await redis.with((client) => client.del(key));
    }
    if (way === 'empty') {
      const over = rig.notebook.outage('redis', [...rig.servers.keys()]);
      await redis.kill();
      await redis.forget();
      await hold(between(random, 100, 1_500), signal);
      over();
      await redis.start();
    }
    return way;
  },
};
