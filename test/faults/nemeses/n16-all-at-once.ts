import { between, hold, type Nemesis } from './nemesis.ts';

/** A load balancer drops all connections at once, and takes none for a moment. */
export const allAtOnce: Nemesis = {
  name: 'N16',
  what: 'all connections of all clients are reset at once',
  lane: 'people',
  weight: 1.5,
  async run(rig, random, signal) {
    const links = rig.clientLinks.flatMap(({ web }) => web);
    const refused = random.next() < 0.5;
    if (refused) for (const link of links) await link.close();
    for (const link of links) link.reset();
    if (refused) await hold(between(random, 200, 2_000), signal);
    for (const link of links) await link.open();
    return refused ? 'and none is taken for a moment' : 'and taken again at once';
  },
  async heal(rig) {
    for (const { web } of rig.clientLinks) for (const link of web) await link.open();
  },
};
