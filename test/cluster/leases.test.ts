/** The leases' contract on real Redis: one master, and three that know nothing of each other. */

import { afterAll, beforeAll, vi } from 'vitest';
import { leasesContract } from '../../server/src/cluster/contract/leases.ts';
import { createRedisLeases } from '../../server/src/cluster/leases-redis.ts';
import type { Clock } from '../../server/src/lib/clock.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { silentLog } from '../../server/src/lib/log.ts';
import { eventually } from '../tools/eventually.ts';
import { type RedisServer, startRedisMasters } from '../tools/redis.ts';

let masters: RedisServer[] = [];
let deployments = 0;
const wallClock = Date.now;

beforeAll(async () => {
  masters = await startRedisMasters(3);
});
afterAll(async () => {
  await Promise.all(masters.map((master) => master.stop()));
});

for (const count of [1, 3]) {
  leasesContract(`in ${count === 1 ? 'one Redis' : 'three Redis masters'}`, async () => {
    deployments += 1;
    const deploymentId = `dep_${deployments}`;
    let ahead = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => wallClock() + ahead);
    const clock: Clock = { ...systemClock, now: () => Date.now() };
    const used = masters.slice(0, count);
    const open = () =>
      createRedisLeases({
        urls: used.map((master) => master.url),
        deploymentId,
        clock,
        log: silentLog,
        renewInterval: 20,
      });
    const here = open();
    const there = open();
    await Promise.all([here.ready(), there.ready()]);
    // A master that was never seen counts as emptied for one renew interval.
    await eventually(
      'the masters are trusted',
      async () => (await here.check([{ key: 'a', token: 'a' }]))[0] === 'gone',
    );
    const prefix = `latchbox:${deploymentId}:lease:`;
    const stored = async (): Promise<string[]> => {
      const keys = await Promise.all(used.map((master) => master.keys(`${prefix}*`)));
      return [...new Set(keys.flat())].map((key) => key.slice(prefix.length)).sort();
    };
    return {
      here,
      there,
      over: async (key) =>
        void (await eventually(`${key} has ended`, async () => !(await stored()).includes(key))),
      jump: (ms) => {
        ahead += ms;
      },
      stored,
      close: async () => {
        vi.restoreAllMocks();
        await Promise.all([here.close(), there.close()]);
      },
    };
  });
}
