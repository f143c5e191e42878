/** The registry's contract on a real Redis, and what it does when Redis goes. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryOf, registryContract, SHORT, typingOf } from '../../server/src/cluster/contract/registry.ts';
import { createRedisRegistry } from '../../server/src/cluster/registry-redis.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { type Log, silentLog } from '../../server/src/lib/log.ts';
import { eventually, pause } from '../tools/eventually.ts';
import { type RedisServer, startRedis } from '../tools/redis.ts';

let redis: RedisServer;
let deployments = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const open = (deploymentId: string, url = redis.url, log: Log = silentLog) =>
  createRedisRegistry({ url, deploymentId, clock: systemClock, log, commandTimeout: 200 });

registryContract('in Redis', async () => {
  deployments += 1;
  const here = open(`dep_${deployments}`);
  const there = open(`dep_${deployments}`);
  await Promise.all([here.ready(), there.ready()]);
  return {
    here,
    there,
    over: () => pause(SHORT + 20),
    close: async () => void (await Promise.all([here.close(), there.close()])),
  };
});

test('while Redis is down reads answer what this process put, and nothing throws', async () => {
  await using own = await startRedis();
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => void warnings.push(message), with: () => log };
  const here = open('dep', own.url, log);
  const there = open('dep', own.url);
  await Promise.all([here.ready(), there.ready()]);
  await here.put([entryOf('ses_1')], 60_000);
  await there.put([entryOf('ses_2', { serverId: 'srv_there' })], 60_000);
  await here.putTyping(typingOf('agt_ana'), 60_000);
  expect(await here.inInbox('ibx_1')).toHaveLength(2);
  await own.kill();

  expect(await here.inInbox('ibx_1')).toEqual([entryOf('ses_1')]);
  expect(await here.ofAgent('agt_ana')).toEqual([entryOf('ses_1')]);
  expect(await here.typingIn('cnv_1')).toEqual([typingOf('agt_ana')]);
  expect(await here.onServer('srv_there')).toBeNull();
  await here.put([entryOf('ses_3')], 60_000);
  await here.remove('srv_here', ['ses_1']);
  await here.removeTyping(typingOf('agt_ana'));
  expect(await here.inInbox('ibx_1')).toEqual([entryOf('ses_3')]);
  expect(await here.typingInInbox('ibx_1')).toEqual([]);
  expect(
    warnings.filter((line) => line === 'presence is not shared between servers').length,
  ).toBeLessThanOrEqual(2);

  // The next beat puts everything again.
  await own.start();
  await Promise.all([here.ready(), there.ready()]);
  await here.put([entryOf('ses_3')], 60_000);
  expect(await there.inInbox('ibx_1')).toEqual([
    entryOf('ses_2', { serverId: 'srv_there' }),
    entryOf('ses_3'),
  ]);
  await Promise.all([here.close(), there.close()]);
});

test('a Redis that stands still makes no read hang', async () => {
  await using own = await startRedis();
  const registry = open('dep', own.url);
  await registry.ready();
  await registry.put([entryOf('ses_1')], 60_000);
  own.pause();
  const start = performance.now();
  expect(await registry.inInbox('ibx_1')).toEqual([entryOf('ses_1')]);
  expect(performance.now() - start).toBeLessThan(400);
  own.resume();
  await registry.close();
});

test('one put is one round trip, whatever it names and however many there are', async () => {
  const registry = open('dep_trips');
  await registry.ready();
  await registry.put([entryOf('ses_0')], 60_000);
  const reads = () =>
    redis.with(async (client) => Number(/total_reads_processed:(\d+)/.exec(await client.info('stats'))?.[1]));
  const idle = (await reads()) - (await reads());
  const before = await reads();
  const inboxIds = Array.from({ length: 20 }, (_, at) => `ibx_${at}`);
  await registry.put(
    Array.from({ length: 10 }, (_, at) => entryOf(`ses_${at}`, { inboxIds })),
    60_000,
  );
  // Two hundred without one trip. A message of more than 16 kB is read in pieces, and in as many as the kernel has it.
  expect((await reads()) - before + idle).toBeLessThanOrEqual(3);
  await registry.close();
});

test('every key ends by itself, and a removed session leaves none', async () => {
  const registry = open('dep_keys');
  await registry.ready();
  await registry.put(
    [entryOf('ses_1', { viewing: [{ inboxId: 'ibx_1', conversationId: 'cnv_1' }] })],
    60_000,
  );
  await registry.putTyping(typingOf('agt_ana'), 60_000);
  const keys = await redis.keys('latchbox:dep_keys:*');
  const lives = await redis.with((client) => Promise.all(keys.map((key) => client.pttl(key))));
  expect(keys).toHaveLength(8);
  expect(lives.every((life) => life > 0)).toBe(true);
  await registry.remove('srv_here', ['ses_1']);
  await registry.removeTyping(typingOf('agt_ana'));
  expect(await redis.keys('latchbox:dep_keys:*')).toEqual([]);
  await registry.close();
  await eventually('no client is connected', async () => (await redis.clients()).length === 0);
});
