/** "Acquire" of ARCHITECTURE's "Lock, fence, send": one test for every sentence that closes a race, on one server. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { places, refusal, toldEnd, toldOf } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

let world: World;
const orders = places();
const front = places();

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: {
        orders: { lockOn: 'compose', times: SHORT, conversations: 20 },
        front: { lockOn: 'open', times: SHORT, conversations: 12 },
        other: {},
      },
      agents: {
        ann: {},
        ben: {},
        rita: { capability: 'read' },
        sam: { inboxes: ['other'] },
      },
    },
    env: { MAX_LOCKS: '3' },
  });
});
afterAll(async () => {
  await world.check();
  await world[Symbol.asyncDispose]();
});

describe('acquire', () => {
  test('a refused agent is told the right holder, and since when', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    const { fence, lock } = await ann.acquire(id);
    const held = await refusal('lock_held', ben.acquire(id));
    expect(held.details.holder).toEqual({ id: world.agent('ann').id, name: 'ann' });
    expect(held.details.since).toBe(lock.status === 'held' ? lock.since : null);
    await ann.release(id, fence);
    const mine = await ben.acquire(id);
    const turned = await refusal('lock_held', ann.acquire(id));
    expect(turned.details.holder?.id).toBe(world.agent('ben').id);
    await ben.release(id, mine.fence);
  });

  test('the fence grows with every grant, whoever gets it', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    const fences: number[] = [];
    for (const client of [ann, ben, ann, ann, ben]) {
      const { fence } = await client.acquire(id);
      fences.push(fence);
      await client.release(id, fence);
    }
    expect(fences).toEqual([1, 2, 3, 4, 5]);
  });

  test('the same request id gets the same grant, also while the first is being written', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    const requestId = newClientId();
    const answers = await Promise.all([1, 2, 3, 4].map(() => ann.acquire(id, requestId)));
    const again = await ann.acquire(id, requestId);
    expect(new Set([...answers, again].map((answer) => answer.fence)).size).toBe(1);
    await ann.release(id, again.fence);
    // The grant of this request is over: it does not come to life again.
    const over = await refusal('lock_lost', ann.acquire(id, requestId));
    expect(over.details).toEqual({ reason: 'released', entries: [] });
    // And nobody else gets an answer by it.
    await using ben = await world.connect('ben');
    await refusal('conflict', ben.acquire(id, requestId));
  });

  test('the holder in another tab is told lock_elsewhere, not that somebody else has it', async () => {
    const id = world.conversation('orders', orders());
    await using one = await world.connect('ann', { device: 'Chrome on Linux' });
    await using two = await world.connect('ann', { device: 'Firefox on macOS' });
    const { fence } = await one.acquire(id);
    const elsewhere = await refusal('lock_elsewhere', two.acquire(id));
    expect(elsewhere.details.device).toBe('Chrome on Linux');
    await one.release(id, fence);
  });

  test('open mode: the other lock of the agent ends as switched', async () => {
    const [first, second] = [world.conversation('front', front()), world.conversation('front', front())];
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    await ben.wire.subscribe(world.stream('front'));
    const before = await ann.acquire(first);
    const after = await ann.acquire(second);
    expect((await toldEnd(ben, first, before.fence)).reason).toBe('switched');
    await ann.release(second, after.fence);
  });

  test('open mode: it ends whether or not the new lock is then granted', async () => {
    const [first, second] = [world.conversation('front', front()), world.conversation('front', front())];
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    await ben.wire.subscribe(world.stream('front'));
    const bens = await ben.acquire(second);
    const anns = await ann.acquire(first);
    await refusal('lock_held', ann.acquire(second));
    expect((await toldEnd(ben, first, anns.fence)).reason).toBe('switched');
    await ben.release(second, bens.fence);
  });

  test('open mode: two tabs that open two conversations at once end with exactly one lock', async () => {
    const ids = [world.conversation('front', front()), world.conversation('front', front())] as const;
    await using one = await world.connect('ann');
    await using two = await world.connect('ann');
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.allSettled([one.acquire(ids[0]), two.acquire(ids[1])]);
      const granted = answers.filter((answer) => answer.status === 'fulfilled');
      expect(granted.length, JSON.stringify(answers)).toBeGreaterThanOrEqual(1);
      const open = world.rows<{ id: string }>(
        `SELECT conversation_id AS id FROM lock_epochs WHERE ended_at IS NULL AND agent_id = ? AND lock_on = 'open'`,
        world.agent('ann').id,
      );
      expect(open).toHaveLength(1);
    }
    await one.close();
    await two.close();
  });

  test('compose mode: an agent holds several, up to a limit', async () => {
    const ids = [1, 2, 3, 4].map(() => world.conversation('orders', orders()));
    await using ann = await world.connect('ann');
    for (const id of ids.slice(0, 3)) await ann.acquire(id);
    const limit = await refusal('limit', ann.acquire(ids[3]!));
    expect(limit.details.max).toBe(3);
    await ann.close();
  });

  test('who may only read is refused, and a stranger cannot tell a conversation from nothing', async () => {
    const id = world.conversation('orders', orders());
    await using rita = await world.connect('rita');
    await using sam = await world.connect('sam');
    await refusal('forbidden', rita.acquire(id));
    const strange = await refusal('not_found', sam.acquire(id));
    const nothing = await refusal('not_found', sam.acquire('cnv_there_is_no_such_thing'));
    expect({ ...strange.details, message: strange.message }).toEqual({
      ...nothing.details,
      message: nothing.message,
    });
    expect(world.rows('SELECT 1 FROM lock_epochs WHERE conversation_id = ?', id)).toEqual([]);
  });

  test('every viewer is told of the grant and of its end within a second', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    await using rita = await world.connect('rita');
    await rita.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(id);
    const { row } = await toldOf(rita, 'lock.granted', id, undefined, 1_000);
    expect(row.lock).toMatchObject({ status: 'held', fence, holder: { name: 'ann' } });
    await ann.release(id, fence);
    const end = await toldEnd(rita, id, fence, 1_000);
    expect(end).toMatchObject({ reason: 'released', row: { lock: { status: 'free', fence } } });
  });

  test('a release under a wrong or an old fence changes nothing', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    const first = await ann.acquire(id);
    await ann.release(id, first.fence);
    const second = await ben.acquire(id);
    for (const fence of [first.fence, second.fence, second.fence + 1]) {
      expect(await ann.release(id, fence)).toEqual({ held: false });
    }
    expect(await ben.stay(id, second.fence)).toEqual({});
    expect(await ben.release(id, second.fence)).toEqual({ held: true });
    expect(await ben.release(id, second.fence)).toEqual({ held: false });
  });

  test('the lease token is in no answer, no event and no log line', async () => {
    const tokens = world
      .rows<{ token: string }>(`SELECT lease_token AS token FROM lock_epochs WHERE lease_token <> ''`)
      .map(({ token }) => token);
    expect(tokens.length).toBeGreaterThan(10);
    await using ann = await world.connect('ann');
    const said: string[] = [JSON.stringify(ann.wire.hello), ...world.server().lines];
    const id = world.conversation('orders', orders());
    said.push(JSON.stringify(await ann.acquire(id)));
    said.push(
      JSON.stringify(await ann.wire.call('conversation.open', { conversationId: id, view: true, limit: 50 })),
    );
    said.push(
      JSON.stringify(
        await ann.wire.call('conversation.history', { conversationId: id, before: null, limit: 50 }),
      ),
    );
    said.push(JSON.stringify(world.rows('SELECT data FROM events')));
    const all = said.join('\n');
    expect(tokens.filter((token) => all.includes(token))).toEqual([]);
    await ann.close();
  });
});
