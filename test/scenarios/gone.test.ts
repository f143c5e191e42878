/** "Gone" and "Resume" of ARCHITECTURE's "Lock, fence, send", on one server. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import type { HistoryClient } from '../tools/history-client.ts';
import { startProxy } from '../tools/proxy.ts';
import { places, refusal, staysTrue, toldEnd, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

let world: World;
let rita: HistoryClient;
const orders = places();
const quick = places();

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: {
        orders: { times: SHORT, conversations: 30 },
        quick: { times: { ...SHORT, idleAfter: 1_000, idleGrace: 1_500 }, conversations: 6 },
        front: { lockOn: 'open', times: SHORT, conversations: 3 },
      },
      agents: { ann: {}, ben: {}, rita: { capability: 'read' } },
    },
  });
  rita = await world.connect('rita');
  for (const inbox of ['orders', 'quick', 'front']) await rita.wire.subscribe(world.stream(inbox));
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

describe('gone', () => {
  test('a lost connection starts the grace, and when it is over everybody is told', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    const { fence } = await ann.acquire(id);
    const began = performance.now();
    ann.wire.cut();
    const changed = await toldOf(rita, 'lock.changed', id, (data) => data.step === 'connection_lost', 1_000);
    expect(changed.row.lock).toMatchObject({ status: 'held', goneDeadline: expect.any(Number) });
    const end = await toldEnd(rita, id, fence, SHORT.reconnectGrace + SLACK);
    expect(end.reason).toBe('disconnected');
    expect(performance.now() - began).toBeGreaterThanOrEqual(SHORT.reconnectGrace - 50);
    await using ben = await world.connect('ben');
    await ben.close();
  });

  test('within the grace nobody else gets it, and whoever asks is still told the holder', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    await ann.acquire(id);
    ann.wire.cut();
    await toldOf(rita, 'lock.changed', id, (data) => data.step === 'connection_lost');
    const held = await refusal('lock_held', ben.acquire(id));
    expect(held.details.holder?.name).toBe('ann');
  });

  test('a reload sends no release and resumes the lock', async () => {
    const id = world.conversation('orders', orders());
    await using before = await world.connect('ann');
    const { fence } = await before.acquire(id);
    before.wire.disconnect();
    await toldOf(rita, 'lock.changed', id, (data) => data.step === 'connection_lost');
    await using after = await world.connect('ann', { resume: before.wire.session });
    expect(after.wire.hello.session).toMatchObject({ id: before.wire.session.id, resumed: true });
    expect(after.wire.hello.locks).toMatchObject([{ conversationId: id, lock: { status: 'held', fence } }]);
    await toldOf(rita, 'lock.changed', id, (data) => data.step === 'resumed');
    await staysTrue('the lock is held', () => isOpen(id, fence), SHORT.reconnectGrace + SLACK);
    await after.send(id, { fence, lastSeen: 1 });
  });

  test('an old socket that closes late does not end a resumed lock', async () => {
    await using proxy = await startProxy(world.server().port);
    const id = world.conversation('orders', orders());
    await using old = await world.connect('ann', { url: proxy.url });
    const { fence } = await old.acquire(id);
    // The client's side dies and the server is told nothing: it goes on to believe in the connection.
    proxy.halfOpen();
    await using fresh = await world.connect('ann', { resume: old.wire.session });
    expect(fresh.wire.hello.session.resumed).toBe(true);
    proxy.reset();
    await staysTrue('the lock is held', () => isOpen(id, fence), SHORT.reconnectGrace + 2 * SLACK);
    await fresh.release(id, fence);
  });

  test('a connection that breaks without a word is noticed by the ping, and then gets its grace', async () => {
    await using proxy = await startProxy(world.server().port);
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann', { url: proxy.url });
    const { fence } = await ann.acquire(id);
    proxy.spoil({ blackHole: 'both' });
    // Ping interval and timeout are 1 s each here.
    const end = await toldEnd(rita, id, fence, 2_000 + SHORT.reconnectGrace + 2 * SLACK);
    expect(end.reason).toBe('disconnected');
  });

  test('a connection that dies while its acquire is under way leaves no lock behind', async () => {
    await using ben = await world.connect('ben');
    const ids = Array.from({ length: 10 }, () => world.conversation('orders', orders()));
    const began = performance.now();
    for (const conversationId of ids) {
      await using ann = await world.connect('ann');
      const lost = ann.acquire(conversationId).catch(() => undefined);
      ann.wire.cut();
      await lost;
    }
    for (const conversationId of ids) {
      const mine = await eventually(
        'the lock is free',
        () => ben.acquire(conversationId),
        Math.max(1, began + 3_000 + SHORT.lockTtl + SHORT.reconnectGrace + SLACK - performance.now()),
      );
      await ben.release(conversationId, mine.fence);
    }
  });

  test('leave, close and sign-out end the lock at once, each with its reason', async () => {
    const ids = [1, 2, 3].map(() => world.conversation('orders', orders()));
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    const left = await ann.acquire(ids[0]!);
    await ann.leave(ids[0]!);
    expect((await toldEnd(rita, ids[0]!, left.fence, 1_000)).reason).toBe('left');
    const closed = await ann.acquire(ids[1]!);
    await ann.close();
    expect((await toldEnd(rita, ids[1]!, closed.fence, 1_000)).reason).toBe('left');
    const signedOut = await ben.acquire(ids[2]!);
    await ben.close(true);
    expect((await toldEnd(rita, ids[2]!, signedOut.fence, 1_000)).reason).toBe('signed_out');
  });
});

describe('resume', () => {
  test('a wrong key, a closed session or another agent gets a new session that holds nothing', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    const { session } = ann.wire;
    const { fence } = await ann.acquire(id);
    await using wrongKey = await world.connect('ann', { resume: { id: session.id, key: 'x'.repeat(43) } });
    await using stranger = await world.connect('ben', { resume: session });
    for (const client of [wrongKey, stranger]) {
      expect(client.wire.hello.session.resumed).toBe(false);
      expect(client.wire.hello.session.id).not.toBe(session.id);
      expect(client.wire.hello.locks).toEqual([]);
      expect(await client.release(id, fence)).toEqual({ held: false });
    }
    expect(await ann.stay(id, fence)).toEqual({});
    await ann.close();
    await using late = await world.connect('ann', { resume: session });
    expect(late.wire.hello.session.resumed).toBe(false);
  });

  test('the older connection of a session is dropped when a newer one resumes it', async () => {
    await using old = await world.connect('ann');
    await using fresh = await world.connect('ann', { resume: old.wire.session });
    expect(fresh.wire.hello.session.resumed).toBe(true);
    await eventually('the older connection is closed', () => !old.wire.connected, 2_000);
    expect(fresh.wire.connected).toBe(true);
  });

  test('resuming is not activity: the countdown goes on from where it was', async () => {
    const id = world.conversation('quick', quick());
    await using before = await world.connect('ann');
    const { fence } = await before.acquire(id);
    const asked = await toldOf(
      rita,
      'lock.changed',
      id,
      (data) => data.step === 'idle_due',
      1_000 + 2 * SLACK,
    );
    const { lock } = asked.row;
    if (lock.status !== 'held' || lock.idle.phase !== 'asked') throw new Error('the holder was not asked');
    before.wire.disconnect();
    await using after = await world.connect('ann', { resume: before.wire.session });
    expect(after.wire.hello.locks[0]?.lock).toMatchObject({
      idle: { phase: 'asked', deadline: lock.idle.deadline },
    });
    const end = await toldEnd(rita, id, fence, 1_500 + 2 * SLACK);
    expect(end.reason).toBe('idle');
    expect(Date.now() - lock.idle.deadline).toBeLessThan(2 * SLACK);
  });

  test('events that a client missed while it was away are replayed, without a gap', async () => {
    const id = world.conversation('orders', orders());
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    const { from, logEpoch } = await ben.wire.subscribe(world.stream('orders'));
    const first = await ann.acquire(id);
    await toldOf(ben, 'lock.granted', id);
    const seen = ben.wire.deliveries[0]?.events.at(-1)?.event.seq ?? from;
    ben.wire.cut();
    await ann.release(id, first.fence);
    const second = await ann.acquire(id);
    await using again = await world.connect('ben', { resume: ben.wire.session });
    await again.wire.subscribe(world.stream('orders'), { logEpoch, seq: seen });
    await toldOf(again, 'lock.granted', id, (data) => data.row.lock.fence === second.fence);
    expect(again.wire.deliveries[0]?.events[0]?.event.seq).toBe(seen + 1);
    await ann.release(id, second.fence);
  });
});

describe('idle', () => {
  test('no answer to the question: released as idle, with the draft kept', async () => {
    const id = world.conversation('quick', quick());
    await using ann = await world.connect('ann');
    const { fence } = await ann.acquire(id);
    await ann.wire.call('draft.save', {
      conversationId: id,
      kind: 'reply',
      body: 'Half a sent',
      revision: 0,
    });
    const end = await toldEnd(rita, id, fence, 2_500 + 3 * SLACK);
    expect(end.reason).toBe('idle');
    const open = await ann.wire.call('conversation.open', { conversationId: id, view: false, limit: 1 });
    expect(open.drafts).toMatchObject([{ kind: 'reply', body: 'Half a sent' }]);
  });

  test('"yes" keeps the lock, and so does typing on', async () => {
    const id = world.conversation('quick', quick());
    await using ann = await world.connect('ann');
    const { fence } = await ann.acquire(id);
    const asked = (after: number) =>
      toldOf(
        rita,
        'lock.changed',
        id,
        (data) =>
          data.step === 'idle_due' &&
          (data.row.lock.status === 'held' && data.row.lock.idle.phase === 'asked'
            ? data.row.lock.idle.deadline
            : 0) > after,
        1_000 + 3 * SLACK,
      );
    const first = await asked(0);
    await ann.stay(id, fence);
    await toldOf(rita, 'lock.changed', id, (data) => data.step === 'kept');
    const deadline =
      first.row.lock.status === 'held' && first.row.lock.idle.phase === 'asked'
        ? first.row.lock.idle.deadline
        : 0;
    await asked(deadline);
    ann.wire.signal('activity', { conversationId: id, kind: 'reply' });
    await eventually(
      'the question is withdrawn',
      () =>
        rita.wire.items.filter(
          (item) =>
            item.t === 'event' &&
            item.event.data.type === 'lock.changed' &&
            item.event.data.row.id === id &&
            item.event.data.step === 'kept',
        ).length === 2,
    );
    expect(isOpen(id, fence)).toBe(true);
    expect((await ann.release(id, fence, 'declined')).held).toBe(true);
    expect((await toldEnd(rita, id, fence)).reason).toBe('declined');
  });

  test('a colleague who looks at the conversation keeps nobody’s lock', async () => {
    const id = world.conversation('quick', quick());
    await using ann = await world.connect('ann');
    await using ben = await world.connect('ben');
    const { fence } = await ann.acquire(id);
    await ben.wire.call('conversation.open', { conversationId: id, view: true, limit: 10 });
    const looking = setInterval(() => {
      ben.wire.signal('activity', { conversationId: id, kind: 'reading' });
      ben.wire.signal('activity', { conversationId: id, kind: 'note' });
    }, 50);
    try {
      expect((await toldEnd(rita, id, fence, 2_500 + 3 * SLACK)).reason).toBe('idle');
    } finally {
      clearInterval(looking);
    }
  });
});
