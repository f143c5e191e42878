import { between, hold, type Nemesis } from './nemesis.ts';

/** kill -9 of a server, which is started again one to five seconds later. */
export const kill: Nemesis = {
  name: 'N1',
  what: 'kill -9 of a server',
  lane: 'machines',
  weight: 3,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    rig.expectExit(number);
    await rig.server(number).kill9();
    await hold(between(random, 1_000, 5_000), signal);
    await rig.restart(number);
    return `server ${number}`;
  },
};
