import { T } from '../rig/rig.ts';
import { hold, type Nemesis } from './nemesis.ts';

/** The event loop of a server stands still for longer than a lease lives; its sockets stay open and its kernel goes on taking bytes. */
export const block: Nemesis = {
  name: 'N4',
  what: 'the event loop of a server is blocked for longer than a lease lives',
  lane: 'machines',
  weight: 2,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    const ms = T + 1_000 + random.below(500);
    await rig.server(number).block(ms);
    await hold(ms, signal);
    return `server ${number}, ${ms} ms`;
  },
};
