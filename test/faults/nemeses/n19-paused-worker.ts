import { between, hold, type Nemesis, thaw } from './nemesis.ts';

/** An outbox worker is frozen with a message in its hand until its claim has run out and another one has sent it. */
export const pausedWorker: Nemesis = {
  name: 'N19',
  what: 'an outbox worker is frozen past its claim and goes on',
  lane: 'machines',
  weight: 1.5,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    const server = rig.server(number);
    const point = random.pick(['outbox-after-claim', 'outbox-before-write', 'outbox-after-accepted']);
    await server.arm(point, 'stop');
    const frozen = await server.stopped(3_000).then(
      () => true,
      () => false,
    );
    if (frozen) await hold(between(random, 2_000, 4_500), signal);
    await thaw(server);
    return `server ${number} at ${point}${frozen ? '' : ' (not reached)'}`;
  },
  async heal(rig) {
    for (const server of rig.servers) await thaw(server);
  },
};
