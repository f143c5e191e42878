/** Law 3: safety is in the database. Redis emptied, stopped or frozen at the worst moment: nobody answers twice. */

import type { DownItem } from '@latchbox/shared';
import { describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { refusal, staysTrue, toldEnd, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

const start = (servers = 2): Promise<World> =>
  startWorld({
    servers,
    redis: true,
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 6 } },
      agents: { ann: {}, ben: {}, rita: { capability: 'read' } },
    },
  });

const isOpen = (world: World, id: string, fence: number): boolean =>
  world.rows(
    'SELECT 1 FROM lock_epochs WHERE conversation_id = ? AND epoch = ? AND ended_at IS NULL',
    id,
    fence,
  ).length === 1;

/** Lease tokens that Redis holds now, of all the tokens that were ever given. */
async function leases(world: World): Promise<Map<string, string>> {
  if (world.redis === null) throw new Error('this world has no Redis');
  const rows = world.rows<{ id: string; token: string }>(
    `SELECT conversation_id AS id, lease_token AS token FROM lock_epochs WHERE lease_token <> ''`,
  );
  return await world.redis.with(async (redis) => {
    const found = new Map<string, string>();
    for (const key of await redis.keys('*')) {
      if ((await redis.type(key)) !== 'string') continue;
      const value = await redis.get(key);
      const row = rows.find(({ token }) => token === value);
      if (row !== undefined) found.set(row.id, row.token);
    }
    return found;
  });
}

describe('Redis emptied', () => {
  test('between grant and send: the send goes through under its fence', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann');
    const { fence } = await ann.acquire(id);
    await world.redis?.flushall();
    expect(await ann.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('and taken by a colleague before the send: never two agents in one epoch', async () => {
    await using world = await start();
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await ann.wire.subscribe(world.stream('orders'));
    for (const place of [0, 1, 2, 3, 4, 5]) {
      const id = world.conversation('orders', place);
      const { fence } = await ann.acquire(id);
      await world.redis?.flushall();
      world.history.nemesis('FLUSHALL');
      const taken = await ben.acquire(id).catch(() => undefined);
      const sent = ann.send(id, { fence, lastSeen: 1 });
      if (taken === undefined) {
        await sent;
        continue;
      }
      const lost = await refusal('lock_lost', sent);
      expect(lost.details.holder?.name).toBe('ben');
      expect((await toldEnd(ann, id, fence)).reason).toBe('expired');
      await ben.send(id, { fence: taken.fence, lastSeen: 1 });
    }
    await world.check();
  });

  test('under a holder that nobody overtakes: the lock gets a fresh lease and stays', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const { fence } = await ann.acquire(id);
    const before = (await leases(world)).get(id);
    await world.redis?.flushall();
    const after = await eventually(
      'a fresh lease',
      async () => (await leases(world)).get(id),
      SHORT.lockTtl + SLACK,
    );
    expect(before).toBeDefined();
    expect(after).not.toBe(before);
    await staysTrue('the lock is held', () => isOpen(world, id, fence), SHORT.lockTtl + SLACK);
    const ben = await world.connect('ben', { server: 1 });
    expect((await refusal('lock_held', ben.acquire(id))).details.holder?.name).toBe('ann');
    await world.check();
  });
});

describe('Redis away', () => {
  test('no lock is granted, with coordination_unavailable within two seconds; sends still work', async () => {
    await using world = await start();
    const [held, free] = [world.conversation('orders', 0), world.conversation('orders', 1)];
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    const { fence } = await ann.acquire(held);
    world.redis?.pause();
    world.history.nemesis('Redis frozen');
    const began = performance.now();
    await refusal('coordination_unavailable', ben.acquire(free));
    // Not "held by somebody" and not "free": a failed check is no answer.
    await refusal('coordination_unavailable', ben.acquire(held));
    expect(performance.now() - began).toBeLessThan(4_000);
    const pressed = performance.now();
    expect(await ann.send(held, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    expect(performance.now() - pressed).toBeLessThan(1_000);
    world.redis?.resume();
    const mine = await eventually('locks are granted again', () => ben.acquire(free), 10_000);
    expect(mine.fence).toBe(1);
    await world.check();
  });

  test('the holder is shown as uncertain, keeps its row, and is certain again afterwards', async () => {
    await using world = await start(1);
    const id = world.conversation('orders');
    const ann = await world.connect('ann');
    const { fence } = await ann.acquire(id);
    world.redis?.pause();
    const uncertain = (is: boolean) =>
      ann.wire.told(
        is ? 'uncertain' : 'certain',
        (item): item is Extract<DownItem, { t: 'lock.uncertain' }> =>
          item.t === 'lock.uncertain' && item.fence === fence && item.uncertain === is,
        SHORT.lockTtl + 4 * SLACK,
      );
    await uncertain(true);
    await staysTrue('the row stays', () => isOpen(world, id, fence), SHORT.lockTtl + SLACK);
    world.redis?.resume();
    await uncertain(false);
    expect(await ann.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('both servers say so at /health/ready, and are ready again afterwards', async () => {
    await using world = await start();
    const asked = async (number: number) => {
      const response = await fetch(`${world.server(number).url}/health/ready`);
      return [response.status, await response.json()];
    };
    const ready = [200, { ready: true, checks: { database: true, redis: true } }];
    const not = [503, { ready: false, checks: { database: true, redis: false } }];
    expect([await asked(0), await asked(1)]).toEqual([ready, ready]);
    world.redis?.pause();
    expect([await asked(0), await asked(1)]).toEqual([not, not]);
    world.redis?.resume();
    for (const number of [0, 1])
      await eventually('ready again', async () => (await asked(number))[0] === 200, 10_000);
  });

  test('no event is lost: those of the other server come without hints', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await ben.wire.subscribe(world.stream('orders'));
    world.redis?.pause();
    await ann.note(id, 'Without Redis');
    await toldOf(ben, 'entry.added', id, ({ entry }) => entry.kind === 'note', 2_000 + SLACK);
    world.redis?.resume();
    await world.check();
  });
});

describe('leases in Redis', () => {
  test('a late release under an old fence does not touch the lease of the new holder', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    const old = await ann.acquire(id);
    await ann.release(id, old.fence);
    const mine = await eventually('the lock is free', () => ben.acquire(id), SLACK);
    const token = (await leases(world)).get(id);
    expect(token).toBeDefined();
    expect(await ann.release(id, old.fence)).toEqual({ held: false });
    expect((await leases(world)).get(id)).toBe(token);
    expect(await ben.stay(id, mine.fence)).toEqual({});
    await world.check();
  });

  test('when all holders are gone, Redis holds no lease any more', async () => {
    await using world = await start();
    for (const place of [0, 1, 2]) {
      const client = await world.connect('ann', { server: place % 2 });
      await client.acquire(world.conversation('orders', place));
      if (place === 0) await client.release(world.conversation('orders', place), 1);
      else client.wire.cut();
    }
    await eventually(
      'no lease is left',
      async () => (await leases(world)).size === 0,
      SHORT.lockTtl + 2 * SLACK,
    );
    expect(world.rows('SELECT 1 FROM lock_epochs WHERE ended_at IS NULL')).toEqual([]);
    await world.check();
  });
});
