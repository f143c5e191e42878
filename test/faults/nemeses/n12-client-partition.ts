import { between, hold, type Nemesis } from './nemesis.ts';

/** The clients of one process are cut off from one server or from all, in one direction or in both. */
export const clientPartition: Nemesis = {
  name: 'N12',
  what: 'clients are cut off from servers, also in one direction only',
  lane: 'machines',
  weight: 4,
  async run(rig, random, signal) {
    const group = random.below(rig.clientLinks.length);
    const links = rig.clientLinks[group]?.web ?? [];
    const one = random.below(links.length);
    const hit = random.next() < 0.5 ? links : links.slice(one, one + 1);
    const way = random.pick(['both', 'up', 'down']) as 'both' | 'up' | 'down';
    for (const link of hit) link.spoil({ blackHole: way });
    const ms = between(random, 1_000, 10_000);
    await hold(ms, signal);
    for (const link of hit) {
      link.spoil({});
      link.reset();
    }
    return `group ${group}, ${way}, ${hit.length} servers, ${ms} ms`;
  },
  async heal(rig) {
    for (const { web } of rig.clientLinks) for (const link of web) link.spoil({});
    await Promise.resolve();
  },
};
