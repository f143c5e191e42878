import { T } from '../rig/rig.ts';
import { between, hold, type Nemesis, thaw } from './nemesis.ts';

/** Where a server is frozen exactly: between the check of a fence and the commit, and where a lease that was just taken is still short. */
const POINTS = ['before-reply-commit', 'after-lease', 'after-epoch-commit', 'before-extend'] as const;

/** SIGSTOP for longer than a lease lives, then SIGCONT: the server goes on in the belief that nothing happened. */
export const stop: Nemesis = {
  name: 'N3',
  what: 'a server is frozen for one to three lives of a lease',
  lane: 'machines',
  weight: 3,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    const server = rig.server(number);
    const exact = random.next() < 0.5;
    let where = 'anywhere';
    if (exact) {
      const point = random.pick(POINTS);
      await server.arm(point, 'stop');
      const frozen = await server.stopped(3_000).then(
        () => true,
        () => false,
      );
      where = frozen ? `at ${point}` : 'anywhere';
    }
    if (where === 'anywhere') await server.sigstop();
    await hold(between(random, T + 1_000, 3 * T), signal);
    await thaw(server);
    return `server ${number}, ${where}`;
  },
  async heal(rig) {
    for (const server of rig.servers) await thaw(server);
  },
};
