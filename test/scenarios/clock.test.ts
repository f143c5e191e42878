/** "Validity is counted from a monotonic reading": what the machine's clock says changes nothing. */

import { describe, expect, test } from 'vitest';
import { refusal, staysTrue, toldEnd } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

const HOUR = 3_600_000;
const seed = {
  inboxes: { orders: { times: SHORT, conversations: 4 } },
  agents: { ann: {}, ben: {} },
};

const isOpen = (world: World, id: string, fence: number): boolean =>
  world.rows(
    'SELECT 1 FROM lock_epochs WHERE conversation_id = ? AND epoch = ? AND ended_at IS NULL',
    id,
    fence,
  ).length === 1;

describe.each([
  { mode: 'leases in memory', redis: false },
  { mode: 'leases in Redis', redis: true },
])('the clock of the server moved by an hour, $mode', ({ redis }) => {
  test.each([
    { way: 'forward', jump: HOUR },
    { way: 'back', jump: -HOUR },
  ])('$way: the holder goes on to hold, is renewed, and answers', async ({ jump }) => {
    await using world = await startWorld({ seed, redis });
    const [held, fresh] = [world.conversation('orders', 0), world.conversation('orders', 1)];
    const ann = await world.connect('ann');
    const ben = await world.connect('ben');
    await ben.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(held);
    await world.server().moveClock(jump);
    world.history.nemesis(`the clock moved by ${jump} ms`);
    await staysTrue('the lock is held', () => isOpen(world, held, fence), SHORT.lockTtl + 2 * SLACK);
    expect((await refusal('lock_held', ben.acquire(held))).details.holder?.name).toBe('ann');
    // A lock that is taken after the jump is renewed too.
    const after = await ben.acquire(fresh);
    await staysTrue(
      'the new lock is held',
      () => isOpen(world, fresh, after.fence),
      SHORT.lockTtl + 2 * SLACK,
    );
    expect(await ann.send(held, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    expect((await toldEnd(ben, held, fence)).reason).toBe('sent');
    expect(await ben.send(fresh, { fence: after.fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    // The holders that are told are compared with the machine's clock, which is not the server's any more.
    await world.check(['right holder']);
  });
});
