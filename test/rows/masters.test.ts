import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { startRedisMasters } from '../tools/redis.ts';
import { refusal, staysTrue } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld } from '../tools/world.ts';

test('L18: with three masters losing one disturbs nobody; without a quorum no lock is granted and what is held still answers', async () => {
  const masters = await startRedisMasters(3);
  const [one, two] = masters;
  try {
    await using world = await startWorld({
      redis: true,
      env: { LOCK_REDIS_URLS: masters.map(({ url }) => url).join(',') },
      seed: { inboxes: { orders: { times: SHORT, conversations: 4 } }, agents: { ana: {}, ben: {} } },
    });
    const ana = await world.connect('ana');
    const ben = await world.connect('ben');
    const held = world.conversation('orders', 0);
    const { fence } = await ana.acquire(held);
    const isOpen = () =>
      world.rows(
        'SELECT 1 FROM lock_epochs WHERE epoch = ? AND conversation_id = ? AND ended_at IS NULL',
        fence,
        held,
      ).length === 1;
    await one?.kill();
    await staysTrue('it stays held', isOpen, SHORT.lockTtl + SLACK);
    expect((await refusal('lock_held', ben.acquire(held))).details.holder?.name).toBe('ana');
    const free = await ben.acquire(world.conversation('orders', 1));
    await ben.release(world.conversation('orders', 1), free.fence);

    await two?.kill();
    // Never "no lock": neither for one that is free nor for one that somebody holds.
    for (const place of [0, 2]) {
      const refused = ben.acquire(world.conversation('orders', place)).catch((error: unknown) => error);
      expect(['coordination_unavailable', 'lock_held']).toContain(((await refused) as { code: string }).code);
    }
    await refusal('coordination_unavailable', ben.acquire(world.conversation('orders', 3)));
    expect(await ana.send(held, { fence, lastSeen: 1, next: 'stay' })).toMatchObject({ lateSend: false });
    await two?.start();
    await eventually('locks are given again', () => ben.acquire(world.conversation('orders', 2)), 10_000);
  } finally {
    await Promise.all(masters.map((master) => master.stop()));
  }
});
