/** Locks over several independent Redis masters (L18): a minority is missed by nobody, and without a quorum nothing is given. */

import { LatchboxError } from '@latchbox/shared';
import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { type RedisServer, startRedisMasters } from '../tools/redis.ts';
import { refusal, staysTrue } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

/** I30: what cannot be had is refused within this time, ms. */
const FAIL_FAST = 2_000;

interface Masters extends AsyncDisposable {
  readonly all: readonly RedisServer[];
  at(place: number): RedisServer;
}

async function mastersOf(count: number): Promise<Masters> {
  const all = await startRedisMasters(count);
  return {
    all,
    at(place) {
      const found = all[place];
      if (found === undefined) throw new Error(`there is no master ${place}`);
      return found;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((master) => master.stop()));
    },
  };
}

const start = ({ all }: Masters, servers: number): Promise<World> =>
  startWorld({
    redis: true,
    servers,
    env: { LOCK_REDIS_URLS: all.map(({ url }) => url).join(',') },
    seed: {
      inboxes: { orders: { lockOn: 'compose', times: SHORT, conversations: 6 } },
      agents: { ann: {}, ben: {} },
    },
  });

const isOpen = (world: World, id: string, fence: number): boolean =>
  world.rows(
    'SELECT 1 FROM lock_epochs WHERE conversation_id = ? AND epoch = ? AND ended_at IS NULL',
    id,
    fence,
  ).length === 1;

async function took(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

test('of five masters one is frozen, one killed, one emptied and back: what is held stays held, and what is free is given', async () => {
  await using masters = await mastersOf(5);
  await using world = await start(masters, 2);
  const ann = await world.connect('ann', { server: 0 });
  const ben = await world.connect('ben', { server: 1 });
  const held = world.conversation('orders', 0);
  const { fence } = await ann.acquire(held);

  masters.at(0).pause();
  await masters.at(1).kill();
  const free = await ben.acquire(world.conversation('orders', 1));
  // Back at once and empty: its word alone would make a quorum with nobody.
  await masters.at(2).kill();
  await masters.at(2).start();
  // Until the servers have found it again there is no quorum at all: refused all the same, but nobody can say who has it.
  await eventually('the holder is named again', async () => {
    const error = await ben.acquire(held).then(
      () => 'given',
      (refusal_: unknown) => refusal_,
    );
    expect(['lock_held', 'coordination_unavailable']).toContain((error as { code?: string }).code);
    return LatchboxError.is(error, 'lock_held') && error.details.holder?.name === 'ann';
  });
  await staysTrue('it stays held', () => isOpen(world, held, fence), SHORT.lockTtl + SLACK);
  await refusal('lock_held', ben.acquire(held));
  expect(await ann.send(held, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
  await ben.release(world.conversation('orders', 1), free.fence);
  await eventually('what was given back is given anew', () => ann.acquire(world.conversation('orders', 1)));
  masters.at(0).resume();
  await world.check(['I4']);
});

test('without a quorum an acquire is refused in time, a send with the fence and all reading go on, and then all is as before', async () => {
  await using masters = await mastersOf(3);
  await using world = await start(masters, 1);
  const ann = await world.connect('ann');
  const ben = await world.connect('ben');
  const held = world.conversation('orders', 0);
  const { fence } = await ann.acquire(held);

  masters.at(0).pause();
  masters.at(1).pause();
  const refused = refusal('coordination_unavailable', ben.acquire(world.conversation('orders', 1)));
  expect(await took(refused)).toBeLessThan(FAIL_FAST);
  // The next ones are not slower for having to find it out again, nor are those of what somebody holds.
  for (const place of [1, 2, 0]) {
    const again = ben.acquire(world.conversation('orders', place)).catch((error: unknown) => error);
    expect(await took(again)).toBeLessThan(FAIL_FAST);
    expect(['coordination_unavailable', 'lock_held']).toContain(((await again) as { code: string }).code);
  }
  const open = ben.wire.call('conversation.open', { conversationId: held, view: false, limit: 10 });
  expect(await took(open)).toBeLessThan(FAIL_FAST);
  // Longer than the lease: no answer is no decision, so the row stays, and the fence is in SQL.
  await staysTrue('the lock stays hers', () => isOpen(world, held, fence), SHORT.lockTtl + SLACK);
  expect(await took(ann.send(held, { fence, lastSeen: 1 }))).toBeLessThan(FAIL_FAST);
  const { checks } = (await (await fetch(`${world.server().url}/health/ready`)).json()) as {
    checks: Record<string, boolean>;
  };
  expect(checks).toMatchObject({ database: true, redis: false });

  masters.at(0).resume();
  masters.at(1).resume();
  await eventually('locks are given again', () => ben.acquire(world.conversation('orders', 2)), 10_000);
  await world.check(['I4']);
});
