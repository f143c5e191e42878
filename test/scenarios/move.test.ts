/** "Passing on" of ARCHITECTURE's "Lock, fence, send", for the lock that moves between one agent's tabs (L14), on two servers. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { places, refusal, staysTrue, toldEnd, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

let world: World;
const orders = places();
const front = places();

beforeAll(async () => {
  world = await startWorld({
    servers: 2,
    seed: {
      inboxes: {
        orders: { lockOn: 'compose', times: SHORT, conversations: 20 },
        front: { lockOn: 'open', times: SHORT, conversations: 8 },
        slow: { lockOn: 'compose', times: { ...SHORT, idleAfter: 600, idleGrace: 3_000 }, conversations: 4 },
      },
      agents: { ann: {}, ben: {}, rita: { capability: 'read' } },
    },
  });
});
afterAll(async () => {
  await world.check();
  await world[Symbol.asyncDispose]();
});

const isOpen = (id: string, fence: number): boolean =>
  world.rows(
    'SELECT 1 FROM lock_epochs WHERE conversation_id = ? AND epoch = ? AND ended_at IS NULL',
    id,
    fence,
  ).length === 1;

/** Ann in a tab on each server; the first one has the lock. */
async function annTwice(inbox: 'orders' | 'front' | 'slow', at: number) {
  const id = world.conversation(inbox, at);
  const tab = await world.connect('ann', { server: 0, device: 'Chrome on Linux' });
  const other = await world.connect('ann', { server: 1, device: 'Firefox on Android' });
  const { fence } = await tab.acquire(id);
  return { id, tab, other, fence };
}

describe('moving a lock', () => {
  test('everybody is told the end and the grant in this order, and sees the lock free at no moment', async () => {
    const { id, tab, other, fence } = await annTwice('orders', orders());
    await using ben = await world.connect('ben', { server: 1 });
    for (const client of [tab, other, ben]) await client.wire.subscribe(world.stream('orders'));
    const moved = await other.move(id);
    expect(moved).toMatchObject({
      fence: fence + 1,
      lock: { device: 'Firefox on Android', fence: fence + 1 },
    });
    for (const client of [tab, other, ben]) {
      const ended = await toldEnd(client, id, fence);
      const granted = await toldOf(client, 'lock.granted', id);
      expect(ended).toMatchObject({ reason: 'moved', by: null, holder: { name: 'ann' } });
      expect([ended.row.lock, granted.row.lock]).toEqual([moved.lock, moved.lock]);
      const told = client.wire.items.flatMap((item) =>
        item.t === 'event' && 'row' in item.event.data && item.event.data.row.id === id
          ? [item.event.data.type]
          : [],
      );
      expect(told).toEqual(['lock.ended', 'lock.granted']);
    }
    expect((await refusal('lock_held', ben.acquire(id))).details.holder?.name).toBe('ann');
    await other.release(id, fence + 1);
    await ben.acquire(id);
  });

  test('the tab that had it cannot send any more and is told why; the other one sends', async () => {
    const { id, tab, other, fence } = await annTwice('orders', orders());
    await other.move(id);
    const lost = await refusal('lock_lost', tab.send(id, { fence, lastSeen: 1 }));
    expect(lost.details).toMatchObject({ reason: 'moved', entries: [] });
    await refusal('lock_lost', tab.stay(id, fence));
    expect(await tab.release(id, fence)).toEqual({ held: false });
    await tab.leave(id);
    expect(isOpen(id, fence + 1)).toBe(true);
    await other.send(id, { fence: fence + 1, lastSeen: 1 });
  });

  test('a send and a move at once: the reply is stored under the old fence before the move, or not at all', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { id, tab, other, fence } = await annTwice('orders', orders());
      const clientId = newClientId();
      const [sent, moved] = await Promise.allSettled([
        tab.send(id, { fence, lastSeen: 1, clientId }),
        other.move(id),
      ]);
      // In compose mode a send ends the lock: then there is nothing to move.
      if (sent.status === 'fulfilled') await refusal('lock_required', other.move(id));
      else {
        await refusal('lock_lost', Promise.reject(sent.reason));
        expect(moved.status).toBe('fulfilled');
        // The same send from where the lock is now: stored once, under the new fence.
        await other.send(id, { fence: fence + 1, lastSeen: 1, clientId });
      }
      expect(world.rows('SELECT 1 FROM replies WHERE conversation_id = ?', id)).toHaveLength(1);
      await Promise.all([tab.close(), other.close()]);
    }
  });

  test('two tabs move at once: both get their turn, one has it in the end, and each fence is one session’s', async () => {
    const { id, other, fence } = await annTwice('orders', orders());
    const third = await world.connect('ann', { server: 0, device: 'Safari on iOS' });
    const grants = await Promise.all([other.move(id), third.move(id)]);
    expect(grants.map((grant) => grant.fence).sort((a, b) => a - b)).toEqual([fence + 1, fence + 2]);
    const [first, last] = grants[0]!.fence < grants[1]!.fence ? [other, third] : [third, other];
    expect(
      (await refusal('lock_lost', first.send(id, { fence: fence + 1, lastSeen: 1 }))).details.reason,
    ).toBe('moved');
    await last.send(id, { fence: fence + 2, lastSeen: 1 });
  });

  test('a move and a release at once: it moves, or it must be taken', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { id, tab, other, fence } = await annTwice('orders', orders());
      const [released, moved] = await Promise.allSettled([tab.release(id, fence), other.move(id)]);
      const gaveBack = released.status === 'fulfilled' && released.value.held;
      expect(moved.status).toBe(gaveBack ? 'rejected' : 'fulfilled');
      if (moved.status === 'rejected') {
        await refusal('lock_required', Promise.reject(moved.reason));
        await other.acquire(id);
      }
      expect(isOpen(id, fence + 1)).toBe(true);
      await Promise.all([tab.close(), other.close()]);
    }
  });

  test('the same request again is answered with the same fence, also over the connection that comes next', async () => {
    const { id, other, fence } = await annTwice('orders', orders());
    const requestId = newClientId();
    await Promise.all([other.move(id, requestId), other.move(id, requestId)]);
    const back = await world.connect('ann', { server: 0, resume: other.wire.session });
    expect((await back.move(id, requestId)).fence).toBe(fence + 1);
    await back.send(id, { fence: fence + 1, lastSeen: 1 });
  });

  test('a question that was open is answered by it', async () => {
    const { id, tab, other, fence } = await annTwice('slow', 0);
    await tab.wire.subscribe(world.stream('slow'));
    await toldOf(tab, 'lock.changed', id, (data) => data.step === 'idle_due', 600 + 3 * SLACK);
    const { lock } = await other.move(id);
    expect(lock).toMatchObject({ status: 'held', idle: { phase: 'active' } });
    expect(isOpen(id, fence + 1)).toBe(true);
  });

  test('works while the other tab’s connection is gone, and its grace ends nothing', async () => {
    const { id, tab, other, fence } = await annTwice('orders', orders());
    tab.wire.cut();
    await other.move(id);
    await staysTrue('it is held', () => isOpen(id, fence + 1), SHORT.reconnectGrace + SHORT.lockTtl + SLACK);
    const back = await world.connect('ann', { server: 0, resume: tab.wire.session });
    expect(back.wire.hello.locks).toEqual([]);
    await other.send(id, { fence: fence + 1, lastSeen: 1 });
  });

  test('who may only read moves nothing, and nobody moves a colleague’s lock', async () => {
    const { id } = await annTwice('orders', orders());
    await using ben = await world.connect('ben');
    await using rita = await world.connect('rita');
    expect((await refusal('lock_held', ben.move(id))).details.holder?.name).toBe('ann');
    await refusal('forbidden', rita.move(id));
    const free = world.conversation('orders', orders());
    await refusal('lock_required', ben.move(free));
  });

  test('with lockOn open it stays the agent’s only one', async () => {
    const { id, tab, other, fence } = await annTwice('front', front());
    await other.move(id);
    const next = world.conversation('front', front());
    await tab.acquire(next);
    expect(isOpen(id, fence + 1)).toBe(false);
    expect(
      world.rows(
        "SELECT 1 FROM lock_epochs WHERE agent_id = ? AND ended_at IS NULL AND lock_on = 'open'",
        world.agent('ann').id,
      ),
    ).toHaveLength(1);
  });
});

describe('moving a lock from a server that was killed', () => {
  test('keeps the lease alive, and nobody else gets in', async () => {
    await using other = await startWorld({
      servers: 2,
      seed: { inboxes: { orders: { times: SHORT, conversations: 2 } }, agents: { ann: {}, ben: {} } },
    });
    const id = other.conversation('orders');
    const tab = await other.connect('ann', { server: 0 });
    const mine = await other.connect('ann', { server: 1 });
    const ben = await other.connect('ben', { server: 1 });
    const { fence } = await tab.acquire(id);
    await other.server(0).kill9();
    expect((await mine.move(id)).fence).toBe(fence + 1);
    await staysTrue(
      'it is held',
      async () => (await refusal('lock_held', ben.acquire(id))).details.holder?.name === 'ann',
      SHORT.lockTtl + SLACK,
    );
    await mine.send(id, { fence: fence + 1, lastSeen: 1 });
    await other.check();
  });
});
