/** The hints' contract on a real Redis, and what they do when it goes and comes back. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hintsContract } from '../../server/src/cluster/contract/hints.ts';
import { createRedisHints, type RedisHints } from '../../server/src/cluster/hints-redis.ts';
import { type Log, silentLog } from '../../server/src/lib/log.ts';
import { eventually } from '../tools/eventually.ts';
import { type RedisServer, startRedis } from '../tools/redis.ts';

let redis: RedisServer;
let deployments = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const open = (deploymentId: string, log: Log = silentLog, url = redis.url) =>
  createRedisHints({ url, deploymentId, log, commandTimeout: 200 });

/** Resolves when a message sent now has come both ways: what was sent before has come too. */
async function passed(here: RedisHints, there: RedisHints): Promise<void> {
  for (const [from, to] of [
    [here, there],
    [there, here],
  ] as const) {
    const came = Promise.withResolvers<void>();
    const end = to.subscribe('last', () => came.resolve());
    await to.ready();
    from.publish('last', 'last');
    await came.promise;
    end();
  }
}

hintsContract('over Redis', async () => {
  deployments += 1;
  const here = open(`dep_${deployments}`);
  const there = open(`dep_${deployments}`);
  await Promise.all([here.ready(), there.ready()]);
  return {
    here,
    there,
    settled: async () => void (await Promise.all([here.ready(), there.ready()])),
    arrived: () => passed(here, there),
    close: async () => void (await Promise.all([here.close(), there.close()])),
  };
});

/** How many messages were published since the last look. */
async function published(own: RedisServer): Promise<number> {
  return await own.with(async (client) => {
    const stats = await client.info('commandstats');
    await client.config('RESETSTAT');
    return Number(/cmdstat_publish:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  });
}

describe('hints of a server that is alone', () => {
  test('trouble Redis once a second; whoever begins to listen gets everything from then on', async () => {
    await using own = await startRedis();
    let now = 0;
    const clock = { monotonic: () => now };
    const one = createRedisHints({ url: own.url, deploymentId: 'dep', log: silentLog, clock });
    const got: unknown[] = [];
    const heard: unknown[] = [];
    one.subscribe('wake', (message) => got.push(message));
    await one.ready();
    await published(own);
    let sent = 0;
    const quiet = async (): Promise<boolean> => {
      one.publish('wake', (sent += 1));
      return (await published(own)) === 0;
    };
    await eventually('nothing goes out any more', quiet);
    now += 999;
    expect(await quiet()).toBe(true);
    now += 1;
    expect(await quiet()).toBe(false);
    await eventually('nothing goes out any more', quiet);

    const two = open('dep', silentLog, own.url);
    two.subscribe('wake', (message) => heard.push(message));
    await two.ready();
    await eventually('it is heard, without the second being over', () => {
      one.publish('wake', (sent += 1));
      return heard.length > 0;
    });
    const first = Number(heard[0]);
    for (let at = 0; at < 20; at += 1) one.publish('wake', (sent += 1));
    await passed(one, two);
    // Not one of those that came after it is missing.
    expect(heard).toEqual(Array.from({ length: sent - first + 1 }, (_, at) => first + at));
    expect(got).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
    await Promise.all([one.close(), two.close()]);
  });

  test('a subscription that Redis has lost makes nobody alone', async () => {
    await using own = await startRedis();
    const one = open('dep', silentLog, own.url);
    const two = open('dep', silentLog, own.url);
    const heard: unknown[] = [];
    one.subscribe('wake', () => undefined);
    two.subscribe('wake', (message) => heard.push(message));
    await Promise.all([one.ready(), two.ready()]);
    await own.with(async (client) => {
      await client.call('CLIENT', 'KILL', 'TYPE', 'PUBSUB');
    });
    await Promise.all([one.ready(), two.ready()]);
    await eventually('it is heard again', () => {
      one.publish('wake', 'back');
      return heard.length > 0;
    });
    await Promise.all([one.close(), two.close()]);
  });
});

describe('hints over a Redis that goes and comes', () => {
  let warnings: string[];
  let log: Log;
  beforeEach(() => {
    warnings = [];
    log = { ...silentLog, warn: (message) => void warnings.push(message), with: () => log };
  });

  test('two deployments on one Redis do not hear each other', async () => {
    const one = open('dep_one');
    const two = open('dep_two');
    const got: unknown[] = [];
    two.subscribe('wake', (message) => got.push(message));
    await two.ready();
    await one.ready();
    one.publish('wake', 'for one');
    await passed(one, one);
    await passed(two, two);
    expect(got).toEqual([]);
    await Promise.all([one.close(), two.close()]);
  });

  test('what is not a hint is passed over, with one line in the log each', async () => {
    const hints = open('dep_bad', log);
    const got: unknown[] = [];
    hints.subscribe('wake', (message) => got.push(message));
    await hints.ready();
    await redis.with(async (client) => {
      for (const text of ['{', '7', '["from"]', '{"a":1}'])
        await client.publish('latchbox:dep_bad:hint:wake', text);
      await client.publish('latchbox:dep_bad:hint:wake', '["another server","good"]');
    });
    await eventually('the good one comes', () => got.length > 0);
    expect(got).toEqual(['good']);
    expect(warnings).toEqual(Array.from({ length: 4 }, () => 'a hint could not be read'));
    await hints.close();
  });

  test('while Redis is down the process still hears itself; the rest is dropped with one warning, and nothing throws', async () => {
    await using own = await startRedis();
    const hints = open('dep', log, own.url);
    const other = open('dep', silentLog, own.url);
    const got: unknown[] = [];
    const heard: unknown[] = [];
    hints.subscribe('wake', (message) => got.push(message));
    other.subscribe('wake', (message) => heard.push(message));
    await Promise.all([hints.ready(), other.ready()]);
    await own.kill();
    for (let at = 0; at < 20; at += 1) hints.publish('wake', at);
    expect(got).toHaveLength(20);
    await eventually('it is warned of', () => warnings.includes('hints are not published'));
    for (let at = 0; at < 20; at += 1) hints.publish('wake', at);
    await own.start();
    await Promise.all([hints.ready(), other.ready()]);
    await eventually('it is heard again', () => {
      hints.publish('wake', 'back');
      return heard.length > 0;
    });
    expect(new Set(heard)).toEqual(new Set(['back']));
    expect(warnings.filter((line) => line === 'hints are not published')).toHaveLength(1);
    await Promise.all([hints.close(), other.close()]);
  });

  test('publishing to a Redis that stands still piles nothing up', async () => {
    await using own = await startRedis();
    const hints = open('dep', log, own.url);
    const other = open('dep', silentLog, own.url);
    const heard: unknown[] = [];
    other.subscribe('wake', (message) => heard.push(message));
    await Promise.all([hints.ready(), other.ready()]);
    own.pause();
    hints.publish('wake', 'first');
    await eventually('the connection is given up', () => warnings.includes('Redis is not reached'));
    for (let at = 0; at < 1_000; at += 1) hints.publish('wake', at);
    own.resume();
    await Promise.all([hints.ready(), other.ready()]);
    await eventually('it is heard again', () => {
      hints.publish('wake', 'back');
      return heard.includes('back');
    });
    expect(heard.filter((message) => typeof message === 'number')).toEqual([]);
    await Promise.all([hints.close(), other.close()]);
  });

  test('after close no client is left', async () => {
    await using own = await startRedis();
    const hints = open('dep', log, own.url);
    hints.subscribe('wake', () => undefined);
    await hints.ready();
    expect(await own.clients()).toEqual(['latchbox-hints-in', 'latchbox-hints-out']);
    await hints.close();
    await eventually('no client is connected', async () => (await own.clients()).length === 0);
    hints.publish('wake', 'into nothing');
  });
});
