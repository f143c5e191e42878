import { between, hold, type Nemesis } from './nemesis.ts';

/** Messages of Redis' subscriptions are lost while everything else works; sometimes the subscriber has to connect again. */
export const lostHints: Nemesis = {
  name: 'N13',
  what: 'every k-th published message is lost on its way to a server',
  lane: 'machines',
  weight: 3,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    const link = rig.redisLinks[number];
    const every = random.pick([1, 2, 3, 5]);
    link?.spoil({ dropMessages: every });
    await hold(between(random, 1_000, 6_000), signal);
    link?.spoil({});
    const reconnect = random.next() < 0.3;
    // Redis may be away because of another nemesis.
    if (reconnect)
      await rig.redis
        .with((client) => client.call('CLIENT', 'KILL', 'TYPE', 'PUBSUB'))
        .catch(() => undefined);
    return `server ${number}, 1 of ${every}${reconnect ? ', and subscribers cut off' : ''}`;
  },
  async heal(rig) {
    for (const link of rig.redisLinks) link.spoil({});
    await Promise.resolve();
  },
};
