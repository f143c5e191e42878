/** Leases in three independent masters, of which some die, stand still or lose their data (L18). */

import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { startProxy } from '../tools/proxy.ts';
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

test.each(['killed', 'standing still'])(
  'losing one of three (%s) disturbs nobody, and calls are as quick as the quorum',
  TIMED,
  async (how) => {
    const leases = await given(3);
    const other = await given(3);
    await trusted(other);
    const token = await take(leases);
    await leases.release('b', await take(leases, 'b'));
    if (how === 'killed') await master(1).kill();
    else master(1).pause();

    const calls: [unknown, () => Promise<unknown>][] = [
      ['extended', () => leases.extend('a', token, TTL)],
      ['extended', () => other.extend('a', token, TTL)],
      [{ status: 'held', token }, () => other.acquire('a', TTL)],
      ['restored', () => other.restore('a', token, TTL)],
      ['restored', () => other.restore('c', 'known', TTL)],
      ['released', () => other.release('c', 'known')],
      ['held', () => leases.restore('a', 'known', TTL)],
    ];
    for (const [expected, call] of calls) {
      const { ms, result } = await timed(call);
      expect(result).toEqual(expected);
      expect(ms).toBeLessThan(TIMEOUT / 2);
    }
    const asked = ['a', 'x'].map((key) => ({ key, token }));
    await eventually('both are trusted', async () => (await other.check(asked)).join() === 'held,gone');
    const again = await timed(() => take(other, 'b'));
    expect(again.ms).toBeLessThan(TIMEOUT / 2);
    expect(await leases.release('b', again.result)).toBe('released');
    expect(await leases.release('a', token)).toBe('released');
    expect(await leases.extend('a', token, TTL)).toBe('gone');
  },
);

test.each(['killed', 'standing still'])(
  'without a quorum (two of three %s) nothing is granted, and that is said within the command timeout',
  TIMED,
  async (how) => {
    const leases = await given(3);
    const token = await take(leases);
    for (const index of [0, 2]) {
      if (how === 'killed') await master(index).kill();
      else master(index).pause();
    }
    const calls = [
      () => leases.acquire('b', TTL),
      () => leases.acquire('a', TTL),
      () => leases.extend('a', token, TTL),
      () => leases.restore('b', 'known', TTL),
      () => leases.release('b', token),
    ];
    for (const { ms, result } of await Promise.all(calls.map((call) => timed(() => code(call()))))) {
      expect(result).toBe('coordination_unavailable');
      expect(ms).toBeLessThan(TIMEOUT + 200);
    }
    expect(await leases.check([{ key: 'a', token }])).toEqual(['unknown']);
  },
);

test('a lease that stands on a minority alone is no obstacle for long: a failed attempt is given back', async () => {
  const leases = await given(3);
  await Promise.all(
    [0, 1].map((index) => master(index).with((redis) => redis.set(KEY, 'theirs', 'PX', TTL))),
  );
  expect(await leases.acquire('a', TTL)).toEqual({ status: 'held', token: 'theirs' });
  await eventually('nothing is left on the third', async () => (await master(2).keys(KEY)).length === 0);
  expect(await leases.restore('a', 'known', TTL)).toBe('held');
  await eventually('nothing is left on the third', async () => (await master(2).keys(KEY)).length === 0);
});

test('when the votes are split and nobody has a quorum, the refusal names nobody', async () => {
  const leases = await given(3);
  await Promise.all(
    [0, 1].map((index) => master(index).with((redis) => redis.set(KEY, `of ${index}`, 'PX', TTL))),
  );
  expect(await leases.acquire('a', TTL)).toEqual({ status: 'held', token: null });
});

test('with one master down and the votes of the others split, the refusal names nobody', async () => {
  const leases = await given(3);
  await Promise.all(
    [0, 1].map((index) => master(index).with((redis) => redis.set(KEY, `of ${index}`, 'PX', TTL))),
  );
  await master(2).kill();
  expect(await leases.acquire('a', TTL)).toEqual({ status: 'held', token: null });
});

test('split votes are tried again: of three who each reach another master first one is granted', async () => {
  const masters = await startMasters(3);
  const links = await Promise.all(masters.map(({ port }) => startProxy(port)));
  for (const link of links) link.spoil({ latency: 8 });
  const servers = masters.map((near) =>
    open(masters.map((one, at) => (one === near ? one.url : `redis://127.0.0.1:${links[at]!.port}`))),
  );
  await Promise.all(servers.map((leases) => leases.ready()));
  let granted = 0;
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(servers.map((leases) => code(take(leases, `race-${round}`))));
    const winners = answers.filter((answer) => /^[0-9a-f]{32}$/.test(String(answer))).length;
    expect(winners).toBeLessThanOrEqual(1);
    granted += winners;
  }
  expect(granted).toBeGreaterThanOrEqual(15);
  await Promise.all(servers.map((leases) => leases.close()));
  await Promise.all(links.map((link) => link[Symbol.asyncDispose]()));
});

test('an extended lease comes back onto a master that had lost it, so that losing another one disturbs nobody', async () => {
  const leases = await given(3);
  await master(2).kill();
  const token = await take(leases);
  await master(2).start();
  await eventually('it stands on all three', async () => {
    expect(await leases.extend('a', token, TTL)).toBe('extended');
    return (await master(2).keys(KEY)).length === 1;
  });
  await master(0).kill();
  expect(await leases.extend('a', token, TTL)).toBe('extended');
  expect(await leases.check([{ key: 'a', token }])).toEqual(['held']);
});

test('while too few masters answer to tell, a lease is not taken for gone', async () => {
  const leases = await given(3);
  await trusted(leases);
  const token = await take(leases);
  await eventually(
    'it stands on all three',
    async () => (await Promise.all([0, 1, 2].map((index) => master(index).keys(KEY)))).flat().length === 3,
  );
  await master(1).with((redis) => redis.del(KEY));
  await master(2).kill();
  expect(await leases.check([{ key: 'a', token }])).toEqual(['unknown']);
  // One holds it, one was emptied, one is away: the renewal puts it back where it is missing, and it stands again.
  expect(await leases.extend('a', token, TTL)).toBe('extended');
  expect(await leases.check([{ key: 'a', token }])).toEqual(['held']);
  await master(1).with((redis) => redis.set(KEY, 'somebody else'));
  expect(await code(leases.extend('a', token, TTL))).toBe('coordination_unavailable');
  expect(await master(1).with((redis) => redis.get(KEY))).toBe('somebody else');
});

test('a lease that was released while it came back onto a master stays released', async () => {
  const masters = await startMasters(3);
  await using slow = await startProxy(master(2).port);
  const leases = open(masters.map((one, at) => (at === 2 ? `redis://127.0.0.1:${slow.port}` : one.url)));
  await leases.ready();
  const token = await take(leases);
  await eventually('it stands there', async () => (await master(2).keys(KEY)).length === 1);
  await master(2).with((redis) => redis.del(KEY));
  slow.spoil({ latency: 40 });
  expect(await leases.extend('a', token, TTL)).toBe('extended');
  expect(await leases.release('a', token)).toBe('released');
  // Three round trips: the vote of the slow master, what would follow it, and one to be sure.
  for (let trip = 0; trip < 3; trip += 1) await leases.check([{ key: 'a', token }]);
  expect(await master(2).keys(KEY)).toEqual([]);
  await leases.close();
});
