import { between, hold, type Nemesis } from './nemesis.ts';

/** kill -9 of Redis, which comes back with its append-only log: at most the last second is lost. */
export const redisRestart: Nemesis = {
  name: 'N5',
  what: 'kill -9 of Redis, back with its log',
  lane: 'machines',
  weight: 2,
  async run(rig, random, signal) {
    const over = rig.notebook.outage('redis', [...rig.servers.keys()]);
    await rig.redis.kill();
    await hold(between(random, 200, 3_000), signal);
    over();
    await rig.redis.start();
    return 'with its log';
  },
};
