/** The link between one server and Redis spoilt: cut, slow, reset, half open. The other server goes on, and nothing is told twice. */

import type { DownItem } from '@latchbox/shared';
import { describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { refusal, staysTrue, toldEnd, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

const start = (): Promise<World> =>
  startWorld({
    servers: 2,
    redisLinks: true,
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 4 } },
      agents: { ann: {}, ben: {} },
    },
  });

const isOpen = (world: World, id: string, fence: number): boolean =>
  world.rows(
    'SELECT 1 FROM lock_epochs WHERE conversation_id = ? AND epoch = ? AND ended_at IS NULL',
    id,
    fence,
  ).length === 1;

describe('one server cut off from Redis', () => {
  test('its holder is uncertain; a colleague on the other server gets the lock; the holder is told and fenced', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await ann.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(id);
    world.redisLinks[0]!.spoil({ blackHole: 'both' });
    await ann.wire.told(
      'uncertain',
      (item): item is Extract<DownItem, { t: 'lock.uncertain' }> =>
        item.t === 'lock.uncertain' && item.uncertain,
      SHORT.lockTtl + 2 * SLACK,
    );
    const mine = await eventually('the lock is free', () => ben.acquire(id), SHORT.lockTtl + 2 * SLACK);
    // Without Redis there are no hints: what happened comes with the next poll.
    expect((await toldEnd(ann, id, fence, 1_000 + 3 * SLACK)).reason).toBe('expired');
    const lost = await refusal('lock_lost', ann.send(id, { fence, lastSeen: 1 }));
    expect(lost.details.holder?.name).toBe('ben');
    world.redisLinks[0]!.spoil({});
    world.redisLinks[0]!.reset();
    await staysTrue('the new holder holds it', () => isOpen(world, id, mine.fence), SHORT.lockTtl + SLACK);
    await ben.send(id, { fence: mine.fence, lastSeen: 1 });
    await world.check();
  });

  test('nobody wanted it: sends work all along, and the lock is renewed when the link is back', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const { fence } = await ann.acquire(id);
    world.redisLinks[0]!.spoil({ blackHole: 'both' });
    await refusal('coordination_unavailable', ann.acquire(world.conversation('orders', 1)));
    world.redisLinks[0]!.spoil({});
    world.redisLinks[0]!.reset();
    await eventually('locks are granted again', () => ann.acquire(world.conversation('orders', 1)), 10_000);
    await staysTrue('it is held', () => isOpen(world, id, fence), SHORT.lockTtl + SLACK);
    expect(await ann.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('events of the other server still come, and in order', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await ann.wire.subscribe(world.stream('orders'));
    world.redisLinks[0]!.spoil({ blackHole: 'down' });
    for (const body of ['One', 'Two', 'Three']) await ben.note(id, body);
    await toldOf(
      ann,
      'entry.added',
      id,
      ({ entry }) => entry.kind === 'note' && entry.body === 'Three',
      1_000 + 3 * SLACK,
    );
    world.redisLinks[0]!.spoil({});
    world.redisLinks[0]!.reset();
    await world.check();
  });
});

describe('a slow link', () => {
  test('slower than the server waits: refused as unavailable, and the lock that came too late is given back', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    world.redisLinks[0]!.spoil({ latency: 1_200 });
    const began = performance.now();
    await refusal('coordination_unavailable', ann.acquire(id));
    expect(performance.now() - began).toBeLessThan(2_000);
    // A command that waited somewhere and ran later must not keep the conversation from anybody.
    const mine = await eventually('the lock is free', () => ben.acquire(id), SHORT.lockTtl + 2 * SLACK);
    world.redisLinks[0]!.spoil({});
    await staysTrue('the holder holds it', () => isOpen(world, id, mine.fence), SHORT.lockTtl + SLACK);
    expect(mine.fence).toBe(1);
    await world.check();
  });

  test('slow, but not too slow: locks are granted and kept', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    for (const link of world.redisLinks) link.spoil({ latency: 40 });
    const { fence } = await ann.acquire(id);
    expect((await refusal('lock_held', ben.acquire(id))).details.holder?.name).toBe('ann');
    await staysTrue('it is held', () => isOpen(world, id, fence), SHORT.lockTtl + SLACK);
    await world.check();
  });
});

describe('connections to Redis that break', () => {
  test.each([
    { how: 'reset', spoil: 'reset' },
    { how: 'half open', spoil: 'halfOpen' },
  ] as const)('$how: locks stay, and new ones are granted within two seconds', async ({ spoil }) => {
    await using world = await start();
    const [held, fresh] = [world.conversation('orders', 0), world.conversation('orders', 1)];
    const ann = await world.connect('ann', { server: 0 });
    const { fence } = await ann.acquire(held);
    for (let round = 0; round < 3; round += 1) {
      world.redisLinks[0]![spoil]();
      const next = await eventually('a lock is granted', () => ann.acquire(fresh), 2_000 + SLACK);
      await ann.release(fresh, next.fence);
    }
    await staysTrue('it is held', () => isOpen(world, held, fence), SHORT.lockTtl + SLACK);
    expect(await ann.send(held, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });
});
