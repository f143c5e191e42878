import { T } from '../rig/rig.ts';
import { between, hold, type Nemesis } from './nemesis.ts';

/** The wall clock of one server is set forward or back, and set right again: what is monotonic goes on. */
export const clock: Nemesis = {
  name: 'N14',
  what: 'the wall clock of a server jumps and comes back',
  lane: 'machines',
  weight: 1,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    const server = rig.server(number);
    const ms = random.pick([100, -100, T, -T, 3_600_000, -3_600_000]);
    const right = rig.notebook.clockJump(ms);
    await server.moveClock(ms);
    await hold(between(random, 500, 3_000), signal);
    await server.moveClock(-ms);
    right();
    return `server ${number}, ${ms} ms`;
  },
};
