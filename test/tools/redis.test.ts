import { expect, test } from 'vitest';
import { within } from './eventually.ts';
import { startRedis } from './redis.ts';

test('a test gets a Redis of its own, which is gone afterwards', async () => {
  const one = await startRedis();
  const other = await startRedis();
  await one.with((redis) => redis.set('a', '1'));
  expect(await one.keys()).toEqual(['a']);
  expect(await other.keys()).toEqual([]);
  expect(await one.clients()).toEqual([]);
  await Promise.all([one.stop(), other.stop()]);
  await one.stop();
  await expect(one.keys()).rejects.toThrow();
});

test('it can be emptied, stopped in its tracks, killed and started again', async () => {
  await using redis = await startRedis();
  await redis.with((client) => client.set('a', '1'));
  redis.pause();
  const answer = redis.with((client) => client.get('a'));
  await expect(within('an answer', 100, answer)).rejects.toThrow('not within');
  redis.resume();
  expect(await answer).toBe('1');
  await redis.flushall();
  expect(await redis.keys()).toEqual([]);

  await redis.with((client) => client.set('b', '1'));
  const { pid } = redis;
  await redis.kill();
  await redis.start();
  expect(redis.pid).not.toBe(pid);
  expect(await redis.keys()).toEqual([]);
});
