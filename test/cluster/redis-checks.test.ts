/** A Redis that is not set up for locks is warned of, once, whichever way it is wrong, and again not at all when it was set right. */

import { expect, test } from 'vitest';
import { createRedisLeases } from '../../server/src/cluster/leases-redis.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { type Log, silentLog } from '../../server/src/lib/log.ts';
import { eventually } from '../tools/eventually.ts';
import { startRedisMasters } from '../tools/redis.ts';

test('eviction, missing persistence and replicas are found on each master, and again none when it is set right', {
  timeout: 60_000,
}, async () => {
  const masters = await startRedisMasters(3);
  const [one, two, three] = masters;
  if (one === undefined || two === undefined || three === undefined) throw new Error('three masters');
  await one.with(async (redis) => {
    await redis.config('SET', 'maxmemory', '100mb');
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await redis.config('SET', 'appendonly', 'yes');
    // Else it waits some seconds for more replicas before it sends the first one anything.
    await redis.config('SET', 'repl-diskless-sync-delay', '0');
  });
  await two.with((redis) => redis.replicaof('127.0.0.1', String(one.port)));
  await three.with((redis) => redis.config('SET', 'appendonly', 'yes'));
  await eventually('the replica is there', () =>
    one.with(async (redis) => (await redis.info('replication')).includes('connected_slaves:1')),
  );

  const found = new Set<string>();
  const lines: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (text, fields) => void lines.push(`${text} ${JSON.stringify(fields)}`),
  };
  const leases = createRedisLeases({
    urls: masters.map(({ url }) => url.replace('redis://', 'redis://:a-password@')),
    deploymentId: 'dep',
    clock: systemClock,
    log,
    onProblem: (host, problem, there) => {
      const name = `${masters.findIndex(({ port }) => host.endsWith(String(port)))} ${problem}`;
      if (there) found.add(name);
      else found.delete(name);
    },
  });
  try {
    const wrong = ['0 eviction', '0 replicas', '1 persistence', '1 replica'];
    await eventually('all is found', () => found.size === wrong.length);
    expect([...found].toSorted()).toEqual(wrong);
    const about = lines.filter((line) => line.includes('not set up for locks'));
    expect(about).toHaveLength(wrong.length);
    expect(about.join()).toMatch(/noeviction.*/);
    expect(lines.join()).not.toContain('a-password');

    await one.with((redis) => redis.config('SET', 'maxmemory-policy', 'noeviction'));
    await two.with((redis) => redis.replicaof('NO', 'ONE'));
    // It looks at new connections: a Redis that is set up anew is mostly started anew.
    for (const master of [one, two])
      await master.with((redis) => redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
    await eventually('only what is left', () => [...found].toSorted().join() === '1 persistence', 10_000);
  } finally {
    await leases.close();
    await Promise.all(masters.map((master) => master.stop()));
  }
});
