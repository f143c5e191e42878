/** "Revocation" of ARCHITECTURE's "Lock, fence, send": who loses access loses the lock, on every server, at once. */

import { removeMember, putMember } from '@latchbox/shared/http/inboxes';
import { describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { refusal, staysTrue, toldEnd } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

const start = (servers: number): Promise<World> =>
  startWorld({
    servers,
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 4 } },
      agents: { ann: {}, ben: {}, mia: { role: 'admin', capability: 'manage' } },
    },
  });

async function remove(world: World, name: string, server = 0): Promise<void> {
  const params = { inbox: world.seeded.inboxes.orders!.inboxId, agent: world.agent(name).id };
  await world.rest('mia', server).call(removeMember, { params });
}

describe.each([{ servers: 1 }, { servers: 3 }])('a member removed, $servers servers', ({ servers }) => {
  const other = servers - 1;

  test('its lock ends as access_lost, its send and acquire find nothing, and nothing more is told', async () => {
    await using world = await start(servers);
    const [id, free] = [world.conversation('orders', 0), world.conversation('orders', 1)];
    const ann = await world.connect('ann', { server: other });
    const ben = await world.connect('ben');
    await ann.wire.subscribe(world.stream('orders'));
    await ben.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(id);
    await remove(world, 'ann');
    const end = await toldEnd(ben, id, fence, 1_000);
    expect(end).toMatchObject({ reason: 'access_lost', by: { name: 'mia' } });
    await refusal('not_found', ann.send(id, { fence, lastSeen: 1 }));
    await refusal('not_found', ann.acquire(free));
    await refusal(
      'not_found',
      ann.wire.call('conversation.open', { conversationId: id, view: true, limit: 1 }),
    );
    expect(world.rows('SELECT 1 FROM replies')).toEqual([]);
    // Within a second nothing of the inbox reaches the socket any more.
    const told = () =>
      ann.wire.items.filter((item) => item.t === 'event' && item.event.stream === world.stream('orders'))
        .length;
    await ben.note(id, 'First');
    await eventually('the first note is told to the others', () =>
      ben.wire.deliveries[0]?.events.some(
        ({ event }) => event.data.type === 'entry.added' && event.data.entry.kind === 'note',
      ),
    );
    await staysTrue('a second passes', () => ben.wire.connected, 1_000);
    const before = told();
    await ben.note(id, 'Second');
    const mine = await ben.acquire(id);
    await ben.release(id, mine.fence);
    await staysTrue('nothing more is told', () => told() === before, 1_500);
    const leaked = ann.wire.items.filter(
      (item) => item.t === 'event' && JSON.stringify(item).includes('Second'),
    );
    expect(leaked).toEqual([]);
    // Its subscription is over, not behind.
    await world.check(['I20']);
  });

  test('a send in flight is either before the removal or refused', async () => {
    await using world = await start(servers);
    const ann = await world.connect('ann', { server: other });
    for (const place of [0, 1, 2, 3]) {
      const id = world.conversation('orders', place);
      const params = { inbox: world.seeded.inboxes.orders!.inboxId, agent: world.agent('ann').id };
      await world.rest('mia').call(putMember, { params, body: { capability: 'reply' } });
      const { fence } = await eventually('the acquire is let in again', () => ann.acquire(id), 2_000);
      const [sent] = await Promise.allSettled([ann.send(id, { fence, lastSeen: 1 }), remove(world, 'ann')]);
      const stored = world.rows('SELECT 1 FROM replies WHERE conversation_id = ?', id).length;
      expect(stored).toBe(sent.status === 'fulfilled' ? 1 : 0);
      if (sent.status === 'rejected') expect(sent.reason).toMatchObject({ code: 'not_found' });
    }
    await world.check();
  });
});

describe('a member removed while Redis does not answer', () => {
  test('a lost hint costs a moment and no leak: the other server looks by itself', async () => {
    await using world = await start(2);
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 1 });
    const ben = await world.connect('ben', { server: 0 });
    await ann.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(id);
    world.redis?.pause();
    await remove(world, 'ann', 0);
    const reason = `SELECT end_reason AS reason FROM lock_epochs WHERE conversation_id = ? AND epoch = ?`;
    expect(world.rows(reason, id, fence)).toEqual([{ reason: 'access_lost' }]);
    await refusal('not_found', ann.send(id, { fence, lastSeen: 1 }));
    // One poll, and with nobody to hurry it.
    await staysTrue('a moment passes', () => true, 1_500);
    await ben.note(id, 'Not for everybody');
    await staysTrue(
      'it is not told',
      () => !ann.wire.items.some((item) => JSON.stringify(item).includes('Not for everybody')),
      2_000,
    );
    world.redis?.resume();
    await world.check(['I20']);
  });
});

describe('who may only read any more', () => {
  test('loses the lock and cannot send', async () => {
    await using world = await start(1);
    const id = world.conversation('orders');
    const ann = await world.connect('ann');
    const ben = await world.connect('ben');
    await ben.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(id);
    const params = { inbox: world.seeded.inboxes.orders!.inboxId, agent: world.agent('ann').id };
    await world.rest('mia').call(putMember, { params, body: { capability: 'read' } });
    expect((await toldEnd(ben, id, fence, 1_000)).reason).toBe('access_lost');
    await refusal('forbidden', ann.send(id, { fence, lastSeen: 1 }));
    // The right to reply again is not the lock again.
    await world.rest('mia').call(putMember, { params, body: { capability: 'reply' } });
    await refusal('lock_required', ann.send(id, { fence, lastSeen: 1 }));
    await world.check();
  });
});
