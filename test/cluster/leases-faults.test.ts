/** What leases do when their one Redis dies, stands still, loses its data or comes back. */

import { describe, expect, test } from 'vitest';
import { createRedisLeases } from '../../server/src/cluster/leases-redis.ts';
import { type Clock, systemClock } from '../../server/src/lib/clock.ts';
import { silentLog } from '../../server/src/lib/log.ts';
import { eventually, within } from '../tools/eventually.ts';
import {
  code,
  given,
  KEY,
  master,
  open,
  startMasters,
  take,
  timed,
  TIMED,
  TIMEOUT,
  trusted,
  TTL,
} from './lease-rig.ts';

test.each([0, 2, 4, 6])('%i masters are refused: they have no clear majority', (count) => {
  const urls = Array.from({ length: count }, (_, index) => `redis://127.0.0.1:${index + 1}`);
  const open = () => createRedisLeases({ urls, deploymentId: 'dep', clock: systemClock, log: silentLog });
  expect(open).toThrow(/1, 3 or 5/);
});

test('one master given three times is refused', () => {
  const urls = Array.from({ length: 3 }, () => 'redis://127.0.0.1:1');
  const open = () => createRedisLeases({ urls, deploymentId: 'dep', clock: systemClock, log: silentLog });
  expect(open).toThrow(/same/);
});

describe('one master', () => {
  test('"held" and "Redis is down" are told apart', async () => {
    const leases = await given(1);
    const token = await take(leases);
    expect(await leases.acquire('a', TTL)).toEqual({ status: 'held', token });
    await master(0).kill();
    expect(await code(leases.acquire('a', TTL))).toBe('coordination_unavailable');
    expect(await code(leases.acquire('free', TTL))).toBe('coordination_unavailable');
    expect(await code(leases.extend('a', token, TTL))).toBe('coordination_unavailable');
    expect(await code(leases.release('a', token))).toBe('coordination_unavailable');
    expect(await code(leases.restore('a', token, TTL))).toBe('coordination_unavailable');
    expect(await leases.check([{ key: 'a', token }])).toEqual(['unknown']);
  });

  test('commands that were on their way when the master died fail at once', TIMED, async () => {
    const leases = await given(1);
    master(0).pause();
    const asked = timed(() => code(leases.acquire('a', TTL)));
    await master(0).kill();
    const { ms, result } = await asked;
    expect(result).toBe('coordination_unavailable');
    expect(ms).toBeLessThan(TIMEOUT);
  });

  test(
    'a master that stands still makes no call hang: no answer within the command timeout is unavailable',
    TIMED,
    async () => {
      const leases = await given(1);
      const token = await take(leases);
      master(0).pause();
      const calls = [
        () => leases.acquire('b', TTL),
        () => leases.extend('a', token, TTL),
        () => leases.release('a', token),
        () => leases.restore('a', token, TTL),
      ];
      const answers = await Promise.all(calls.map((call) => timed(() => code(call()))));
      for (const { ms, result } of answers) {
        expect(result).toBe('coordination_unavailable');
        expect(ms).toBeLessThan(TIMEOUT + 200);
      }
    },
  );

  test(
    'what a master that stood still is told afterwards fails at once, and it carries out nothing of it later',
    TIMED,
    async () => {
      const leases = await given(1);
      const evals = () =>
        master(0).with(async (redis) =>
          Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0),
        );
      await leases.release('a', await take(leases));
      const before = await evals();
      master(0).pause();
      expect(await code(leases.acquire('a', TTL))).toBe('coordination_unavailable');
      await eventually('the connection is given up', async () => {
        const { ms } = await timed(() => code(leases.acquire('b', TTL)));
        return ms < 20;
      });
      for (let at = 0; at < 50; at += 1)
        expect(await code(leases.acquire('b', TTL))).toBe('coordination_unavailable');
      master(0).resume();
      await eventually('it is reached again', async () => (await take(leases, 'c')) !== '');
      // The unanswered acquires and the releases that follow them on the same connection: they leave nothing behind.
      expect((await evals()) - before).toBeLessThan(20);
      expect(await master(0).keys('latchbox:dep:lease:*')).toEqual(['latchbox:dep:lease:c']);
    },
  );

  test('when it comes back leases are given again', async () => {
    const leases = await given(1);
    await master(0).kill();
    expect(await code(leases.acquire('a', TTL))).toBe('coordination_unavailable');
    await master(0).start();
    await eventually('a lease is granted', async () => (await leases.acquire('a', TTL)).status === 'granted');
  });

  test.each(['emptied', 'started again empty'])(
    'a lease in a master that was %s is unknown for one renew interval, then gone',
    async (how) => {
      const interval = 400;
      const leases = await given(1, { renewInterval: interval });
      const other = await given(1, { renewInterval: interval });
      await trusted(leases);
      const token = await take(leases);
      expect(await leases.check([{ key: 'a', token }])).toEqual(['held']);
      if (how === 'emptied') await master(0).flushall();
      else {
        await master(0).kill();
        await master(0).start();
      }
      const start = performance.now();
      const seen = new Set<string>();
      // The other server looks only when the first one has marked the master again: it must wait all the same.
      await eventually('gone', async () => {
        const [first] = await leases.check([{ key: 'a', token }]);
        const [second] = await other.check([{ key: 'a', token }]);
        seen.add(`${first} ${second}`);
        return first === 'gone' && second === 'gone';
      });
      expect(performance.now() - start).toBeGreaterThan(interval * 0.9);
      expect([...seen][0]).toBe('unknown unknown');
      expect([...seen].some((both) => both.includes('held'))).toBe(false);
    },
  );

  test('a master that came back with an old copy of its data is taken for emptied', async () => {
    const leases = await given(1, { renewInterval: 400 });
    await trusted(leases);
    const token = await take(leases);
    const [marker] = await master(0).keys('latchbox:dep:leases:marker');
    const old = await master(0).with((redis) => redis.get(marker ?? ''));
    await master(0).kill();
    await master(0).start();
    // As if it had been written to disk before the lease was granted.
    await master(0).with((redis) => redis.set(marker ?? '', old ?? ''));
    const first = await eventually('it answers', async () => {
      const [answer] = await leases.check([{ key: 'a', token }]);
      return (await leases.ready(), answer);
    });
    expect(first).toBe('unknown');
    await trusted(leases);
    expect(await leases.check([{ key: 'a', token }])).toEqual(['gone']);
  });

  test('a lease that is put back into an emptied master is held at once', async () => {
    const leases = await given(1, { renewInterval: TTL });
    const token = await take(leases);
    await master(0).flushall();
    expect(await leases.check([{ key: 'a', token }])).toEqual(['unknown']);
    expect(await leases.extend('a', token, TTL)).toBe('gone');
    expect(await leases.restore('a', token, TTL)).toBe('restored');
    expect(await leases.check([{ key: 'a', token }])).toEqual(['held']);
  });

  test('a grant that took longer than its time to live is no grant, and is given back', async () => {
    let late = 0;
    const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + late };
    const leases = await given(1, { clock });
    const asked = code(leases.acquire('a', 5_000));
    late = 5_000;
    expect(await asked).toBe('coordination_unavailable');
    await eventually('it was given back', async () => (await master(0).keys(KEY)).length === 0);

    const token = await take(leases);
    const extended = code(leases.extend('a', token, 5_000));
    late = 10_000;
    expect(await extended).toBe('coordination_unavailable');
  });
});

test('after close no client and no lease is left', async () => {
  const leases = await given(1);
  await leases.release('a', await take(leases));
  expect(await master(0).clients()).toEqual(['latchbox-leases']);
  await leases.close();
  await eventually('no client is connected', async () => (await master(0).clients()).length === 0);
  expect(await master(0).keys('latchbox:dep:lease:*')).toEqual([]);
  expect(await code(leases.acquire('a', TTL))).toBe('coordination_unavailable');
});

test('close does not wait for a master that stands still', async () => {
  const leases = await given(1);
  master(0).pause();
  await within('close', 1_000, leases.close());
});

test('ready says when no quorum of masters can be reached', async () => {
  await startMasters(1);
  await master(0).kill();
  const leases = open([master(0).url]);
  expect(await code(leases.ready(100))).toBe('coordination_unavailable');
});
