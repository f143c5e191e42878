/** Two server processes on one SQLite file with Redis: what one of them promised, the other keeps. */

import { describe, expect, test } from 'vitest';
import { checkBoundedOrphans, checkHolderKnows } from '../tools/checkers-liveness.ts';
import { tell } from '../tools/checkers.ts';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { monotonic } from '../tools/history.ts';
import { refusal, staysTrue, toldEnd, toldOf } from '../tools/scenario.ts';
import { standStill } from '../tools/stand-still.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

const start = (more: { times?: Partial<typeof SHORT>; env?: Record<string, string> } = {}): Promise<World> =>
  startWorld({
    servers: 2,
    env: more.env ?? {},
    seed: {
      inboxes: {
        orders: { times: { ...SHORT, ...more.times }, conversations: 6 },
        front: { lockOn: 'open', times: { ...SHORT, ...more.times }, conversations: 4 },
      },
      agents: {
        ann: {},
        ben: {},
        rita: { capability: 'read' },
        mia: { role: 'admin', capability: 'manage' },
      },
    },
  });

const isOpen = (world: World, id: string, fence: number): boolean =>
  world.rows(
    'SELECT 1 FROM lock_epochs WHERE conversation_id = ? AND epoch = ? AND ended_at IS NULL',
    id,
    fence,
  ).length === 1;

describe('on two servers', () => {
  test('a refused agent is told the right holder, viewers of the other server see the lock within a second', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await ben.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(id);
    const granted = await toldOf(ben, 'lock.granted', id, undefined, 1_000);
    expect(granted.row.lock).toMatchObject({ holder: { name: 'ann' }, fence });
    expect((await refusal('lock_held', ben.acquire(id))).details.holder?.name).toBe('ann');
    await ann.release(id, fence);
    expect((await toldEnd(ben, id, fence, 1_000)).reason).toBe('released');
    await ben.acquire(id);
    await world.check();
  });

  test('a killed server’s lock is resumed with the stored token on the other one, and held beyond its TTL', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const before = await world.connect('ann', { server: 0 });
    const { fence } = await before.acquire(id);
    await world.server(0).kill9();
    const after = await world.connect('ann', { server: 1, resume: before.wire.session });
    expect(after.wire.hello.session.resumed).toBe(true);
    expect(after.wire.hello.locks).toMatchObject([{ conversationId: id, lock: { status: 'held', fence } }]);
    await staysTrue('the lock is held', () => isOpen(world, id, fence), SHORT.lockTtl + SLACK);
    const ben = await world.connect('ben', { server: 1 });
    expect((await refusal('lock_held', ben.acquire(id))).details.holder?.name).toBe('ann');
    expect(await after.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('a killed server writes nothing: its lock ends at most a TTL after its last renewal, and everybody is told', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    const rita = await world.connect('rita', { server: 1 });
    for (const client of [ben, rita]) await client.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(id);
    await world.server(0).kill9();
    const at = monotonic();
    world.history.nemesis('kill -9 of server 0');
    await refusal('lock_held', ben.acquire(id));
    const mine = await eventually('the lock is free', () => ben.acquire(id), SHORT.lockTtl + 2 * SLACK);
    expect(mine.fence).toBe(fence + 1);
    expect(['expired', 'disconnected']).toContain((await toldEnd(rita, id, fence)).reason);
    await world.check();
    const orphan = {
      conversationId: id,
      stream: world.stream('orders'),
      fence,
      agentId: ann.actor.agentId,
      at,
      ttl: SHORT.lockTtl,
    };
    expect(tell(checkBoundedOrphans(world.run(), [orphan], SLACK))).toBe('');
  });

  test('the idle countdown goes on from where it was on the other server', async () => {
    await using world = await start({ times: { idleAfter: 600, idleGrace: 4_000 } });
    const id = world.conversation('orders');
    const before = await world.connect('ann', { server: 0 });
    const rita = await world.connect('rita', { server: 1 });
    await rita.wire.subscribe(world.stream('orders'));
    const { fence } = await before.acquire(id);
    const { row } = await toldOf(
      rita,
      'lock.changed',
      id,
      (data) => data.step === 'idle_due',
      600 + 3 * SLACK,
    );
    const deadline =
      row.lock.status === 'held' && row.lock.idle.phase === 'asked' ? row.lock.idle.deadline : 0;
    await world.server(0).kill9();
    const after = await world.connect('ann', { server: 1, resume: before.wire.session });
    expect(after.wire.hello.locks[0]?.lock).toMatchObject({ idle: { phase: 'asked', deadline } });
    expect((await toldEnd(rita, id, fence, 4_000 + 2 * SLACK)).reason).toBe('idle');
    expect(Math.abs(Date.now() - deadline)).toBeLessThan(2 * SLACK);
    await world.check();
  });

  test('a holder that resumed elsewhere is idle by what it did, not by when it came', async () => {
    await using world = await start({ times: { idleAfter: 3_000, idleGrace: 4_000 } });
    const id = world.conversation('orders');
    const before = await world.connect('ann', { server: 0 });
    const rita = await world.connect('rita', { server: 1 });
    await rita.wire.subscribe(world.stream('orders'));
    // It is taken at some moment between these two.
    const earliest = performance.now();
    await before.acquire(id);
    const latest = performance.now();
    await staysTrue('nobody is asked yet', () => before.wire.connected, 1_500);
    await world.server(0).kill9();
    await world.connect('ann', { server: 1, resume: before.wire.session });
    await toldOf(rita, 'lock.changed', id, (data) => data.step === 'idle_due', 3_000);
    const asked = performance.now();
    expect(asked - earliest).toBeGreaterThan(2_900);
    expect(asked - latest).toBeLessThan(3_000 + 2 * SLACK);
    await world.check();
  });

  test('the older connection of a resumed session is dropped by the other server', async () => {
    await using world = await start();
    const id = world.conversation('orders');
    const old = await world.connect('ann', { server: 0 });
    const { fence } = await old.acquire(id);
    const fresh = await world.connect('ann', { server: 1, resume: old.wire.session });
    await eventually('the older connection is closed', () => !old.wire.connected, 2_000);
    await staysTrue('the lock is held', () => isOpen(world, id, fence), SHORT.lockTtl + SHORT.reconnectGrace);
    await fresh.send(id, { fence, lastSeen: 1 });
    await world.check();
  });

  test('two tabs on two servers open two conversations at once: one open-mode lock is left', async () => {
    await using world = await start();
    const ids = [world.conversation('front', 0), world.conversation('front', 1)] as const;
    const one = await world.connect('ann', { server: 0 });
    const two = await world.connect('ann', { server: 1 });
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.allSettled([one.acquire(ids[0]), two.acquire(ids[1])]);
      expect(
        answers.some((answer) => answer.status === 'fulfilled'),
        JSON.stringify(answers),
      ).toBe(true);
      expect(world.rows('SELECT 1 FROM lock_epochs WHERE ended_at IS NULL')).toHaveLength(1);
    }
    await world.check();
  });

  test('a lock that was switched away on one server is free at once for the other', async () => {
    await using world = await start();
    const [first, second] = [world.conversation('front', 0), world.conversation('front', 1)];
    const one = await world.connect('ann', { server: 0 });
    const two = await world.connect('ann', { server: 1 });
    const ben = await world.connect('ben', { server: 0 });
    await one.acquire(first);
    await two.acquire(second);
    // Its lease goes right after the commit, not with its TTL.
    await eventually('the lock is free', () => ben.acquire(first), SLACK);
    await world.check();
  });

  test('the same open-mode agent on both servers and an answer under the old fence: a late send, once', async () => {
    await using world = await start();
    const [first, second] = [world.conversation('front', 0), world.conversation('front', 1)];
    const one = await world.connect('ann', { server: 0 });
    const two = await world.connect('ann', { server: 1 });
    const { fence } = await one.acquire(first);
    await two.acquire(second);
    const input = { fence, lastSeen: 1, clientId: newClientId() };
    expect(await one.send(first, input)).toMatchObject({ lateSend: true });
    expect(await one.send(first, input)).toMatchObject({ lateSend: true });
    await world.check();
  });
});

describe('a holder’s server that is stopped past its TTL and continued', () => {
  test('its late renewal does nothing, the new holder stands, and the old holder’s send is fenced', async () => {
    // The sockets must outlive the stop, so that the old holder’s send is one that waited in the stopped server.
    await using world = await start({ env: { PING_INTERVAL_MS: '5000', PING_TIMEOUT_MS: '10000' } });
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    const ben = await world.connect('ben', { server: 1 });
    await ann.wire.subscribe(world.stream('orders'));
    await ben.wire.subscribe(world.stream('orders'));
    const old = await ann.acquire(id);
    await standStill(world.server(0), world.database);
    world.history.nemesis('SIGSTOP of server 0');
    const late = refusal(
      'lock_lost',
      ann.send(id, { fence: old.fence, lastSeen: 1, body: 'From before the stop' }),
    );
    const mine = await eventually('the lock is free', () => ben.acquire(id), SHORT.lockTtl + 2 * SLACK);
    world.server(0).sigcont();
    world.history.nemesis('SIGCONT of server 0');
    expect((await late).details.holder?.name).toBe('ben');
    await toldEnd(ann, id, old.fence, SHORT.lockTtl / 3 + 2 * SLACK);
    await staysTrue('the new holder holds it', () => isOpen(world, id, mine.fence), SHORT.lockTtl + SLACK);
    expect(await ben.send(id, { fence: mine.fence, lastSeen: 1 })).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('nobody wanted it in the meantime: the holder keeps it, or is told that it ended', async () => {
    await using world = await start({ env: { PING_INTERVAL_MS: '5000', PING_TIMEOUT_MS: '10000' } });
    const id = world.conversation('orders');
    const ann = await world.connect('ann', { server: 0 });
    await ann.wire.subscribe(world.stream('orders'));
    const { fence } = await ann.acquire(id);
    await standStill(world.server(0), world.database);
    // This Redis is new: for one renew interval (10 s) it could as well be one that was emptied, and decides nothing.
    const within = 10_000 + SHORT.lockTtl + 2 * SLACK;
    await eventually('the other server ends it', () => !isOpen(world, id, fence), within);
    world.server(0).sigcont();
    expect((await toldEnd(ann, id, fence, 2 * SLACK)).reason).toBe('expired');
    expect(await ann.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: true });
    await world.check();
  });
});

describe('what a holder learns', () => {
  test('a lock that ends is told to its holder in time, wherever it was ended', async () => {
    await using world = await start();
    const ann = await world.connect('ann', { server: 0 });
    const other = await world.connect('ann', { server: 1 });
    await ann.wire.subscribe(world.stream('front'));
    for (const place of [0, 1, 2, 3]) {
      const client = place % 2 === 0 ? ann : other;
      await client.acquire(world.conversation('front', place));
    }
    await world.check();
    expect(tell(checkHolderKnows(world.run(), SHORT.lockTtl / 3 + SLACK))).toBe('');
  });
});
