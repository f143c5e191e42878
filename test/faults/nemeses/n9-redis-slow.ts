import { between, hold, type Nemesis } from './nemesis.ts';

/** The way to Redis gets slow and uneven, falls into pieces, or is reset. */
export const redisSlow: Nemesis = {
  name: 'N9',
  what: 'latency of 50 to 2,000 ms with jitter to Redis, pieces of a few bytes, resets',
  lane: 'machines',
  weight: 2,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    const link = rig.redisLinks[number];
    if (link === undefined) return 'no link';
    const way = random.pick(['50', '500', '2000', 'pieces', 'resets']);
    // So slow a Redis is one that does not answer: its commands time out.
    const over = way === '500' || way === '2000' ? rig.notebook.outage('redis', [number]) : undefined;
    if (way === 'pieces') link.spoil({ slice: 7 });
    else if (way !== 'resets') link.spoil({ latency: Number(way) / 2, jitter: Number(way) / 4 });
    const end = performance.now() + between(random, 1_000, 6_000);
    while (performance.now() < end && !signal.aborted) {
      await hold(way === 'resets' ? between(random, 50, 500) : end - performance.now(), signal);
      if (way === 'resets') link.reset();
    }
    over?.();
    link.spoil({});
    return `server ${number}, ${way}`;
  },
  async heal(rig) {
    for (const link of rig.redisLinks) link.spoil({});
    await Promise.resolve();
  },
};
