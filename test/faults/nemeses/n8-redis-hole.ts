import { T } from '../rig/rig.ts';
import { between, hold, type Nemesis } from './nemesis.ts';

/** One server, or all of them, reach Redis no more: bytes vanish, or connections die without a word to Redis. */
export const redisHole: Nemesis = {
  name: 'N8',
  what: 'a black hole between servers and Redis, or half-open connections',
  lane: 'machines',
  weight: 3,
  async run(rig, random, signal) {
    const all = random.next() < 0.4;
    const one = random.below(rig.servers.length);
    const numbers = all ? [...rig.servers.keys()] : [one];
    const links = numbers.flatMap((number) => rig.redisLinks[number] ?? []);
    const way = random.pick(['both', 'up', 'down', 'half-open']);
    if (way === 'half-open') {
      for (const link of links) link.halfOpen();
      return `half-open, ${all ? 'all servers' : `server ${one}`}`;
    }
    const over = rig.notebook.outage('redis', numbers);
    for (const link of links) link.spoil({ blackHole: way as 'both' | 'up' | 'down' });
    const ms = between(random, T / 2, 5 * T);
    await hold(ms, signal);
    over();
    for (const link of links) {
      link.spoil({});
      // What it had swallowed is missing in the middle: these connections are no use any more.
      link.reset();
    }
    return `${way}, ${all ? 'all servers' : `server ${one}`}, ${ms} ms`;
  },
  async heal(rig) {
    for (const link of rig.redisLinks) link.spoil({});
    await Promise.resolve();
  },
};
