import { LatchboxError } from '@latchbox/shared';
import { afterEach, expect, test } from 'vitest';
import type { Leases } from '../cluster/leases.ts';
import { lockAt, openLock } from '../database/locks.ts';
import { givenConversation } from '../database/testing/given.ts';
import { createWorld, type World, type WorldOptions } from './testing/world.ts';

let world: World | undefined;
async function given(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  return world;
}
afterEach(async () => {
  await world?.close();
  world = undefined;
});

let request = 0;
const requestId = () => `request-${++request}`;
const take = (w: World) => ({ conversationId: w.conversationId, requestId: requestId() });

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (LatchboxError.is(error)) return error.code;
    throw error;
  }
}
const endings = async (w: World) =>
  (await w.events()).flatMap((event) =>
    event.type === 'lock.ended' ? [`${event.fence} ${event.reason}`] : [],
  );

// From here on time matters: it stands still on SQLite, whose time is the process's; Postgres has its own.

test('an epoch that expired and that nobody overtook still sends, as a late send', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const { fence } = await one.locks.acquire(anna, take(w));
  await one.sessions.connectionLost(anna);
  await one.start(false);
  await w.clock.advance(11_000);
  expect(await endings(w)).toEqual([`${fence} disconnected`]);
  const send = {
    conversationId: w.conversationId,
    fence,
    lastSeen: 1,
    body: 'Late.',
    then: 'stay' as const,
  };
  expect((await one.door.send(anna, { ...send, clientId: 'late-0001' })).entry.lateSend).toBe(true);
});

test('in open mode another conversation frees the last one', async () => {
  const w = await given({ lockOn: 'open' });
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const first = await one.locks.acquire(anna, take(w));
  const other = await givenConversation(w.db, w.inboxId);
  await one.locks.acquire(anna, { conversationId: other.conversationId, requestId: requestId() });
  expect(await endings(w)).toEqual([`${first.fence} switched`]);
  expect(await openLock(w.db.read, w.conversationId)).toBeUndefined();
});

test('in compose mode an agent holds so many locks and no more', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  for (let at = 0; at < 3; at += 1) {
    const { conversationId } = await givenConversation(w.db, w.inboxId);
    await one.locks.acquire(anna, { conversationId, requestId: requestId() });
  }
  expect(await codeOf(one.locks.acquire(anna, take(w)))).toBe('limit');
});

test('a member who may only read gets no lock, and a stranger is told that there is nothing', async () => {
  const w = await given();
  const one = w.server('one');
  expect(await codeOf(one.locks.acquire(await w.join(one, 'rita'), take(w)))).toBe('forbidden');
  const stranger = { ...(await w.join(one, 'anna')), agentId: w.admin.id };
  expect(await codeOf(one.locks.acquire(stranger, take(w)))).toBe('not_found');
});

test('a held lock is renewed by its connection for as long as that is active', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const { fence } = await one.locks.acquire(anna, take(w));
  await one.start(false);
  for (let minute = 0; minute < 10; minute += 1) {
    one.locks.activity(anna, w.conversationId, 'reply');
    await w.clock.advance(60_000);
  }
  expect((await openLock(w.db.read, w.conversationId))?.epoch).toBe(fence);
});

test('an idle holder is asked, and without an answer the lock is released', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const { fence } = await one.locks.acquire(anna, take(w));
  await one.start(false);
  await w.clock.advance(180_000);
  const asked = (await w.events()).at(-1);
  expect(asked).toMatchObject({
    type: 'lock.changed',
    step: 'idle_due',
    row: { lock: { idle: { phase: 'asked' } } },
  });
  await w.clock.advance(60_500);
  expect(await endings(w)).toEqual([`${fence} idle`]);
  expect(await codeOf(one.locks.stay(anna, { conversationId: w.conversationId, fence }))).toBe('lock_lost');
});

test.each(['stay', 'typing'] as const)('"%s" keeps the lock of who was asked', async (answer) => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const { fence } = await one.locks.acquire(anna, take(w));
  await one.start(false);
  await w.clock.advance(200_000);
  if (answer === 'stay') await one.locks.stay(anna, { conversationId: w.conversationId, fence });
  else one.locks.activity(anna, w.conversationId, 'reply');
  await w.clock.advance(100_000);
  expect((await w.events()).at(-1)).toMatchObject({ type: 'lock.changed', step: 'kept' });
  expect((await openLock(w.db.read, w.conversationId))?.idleDeadline).toBeNull();
});

test('reading is activity in open mode and none in compose mode', async () => {
  for (const lockOn of ['open', 'compose'] as const) {
    const w = await given({ lockOn });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    await one.locks.acquire(anna, take(w));
    await w.clock.advance(100_000);
    one.locks.activity(anna, w.conversationId, 'reading');
    await w.clock.advance(100_000);
    expect((await openLock(w.db.read, w.conversationId))?.idleAskedAt === null).toBe(lockOn === 'open');
    await world?.close();
    world = undefined;
  }
});

test('another server carries the session on: the countdown goes on, and the old socket’s late close ends nothing', async () => {
  const w = await given();
  const one = w.server('one');
  const two = w.server('two');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  await w.clock.advance(180_000);
  const deadline = (await openLock(w.db.read, w.conversationId))?.idleDeadline;
  expect(deadline).toBeTypeOf('number');
  const resumed = await two.sessions.resume({ ...anna, id: anna.sessionId, key: anna.key, signInId: null });
  expect(resumed?.locks).toHaveLength(1);
  await one.sessions.connectionLost(anna);
  const open = await openLock(w.db.read, w.conversationId);
  expect(open).toMatchObject({ goneDeadline: null, idleDeadline: deadline, connectionNo: 2 });
  await w.clock.advance(15_000);
  expect(one.owners.count()).toBe(0);
  expect(two.owners.count()).toBe(1);
});

test('a wrong key, another agent and an ended session resume nothing', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const resume = (change: object) =>
    one.sessions.resume({ ...anna, id: anna.sessionId, key: anna.key, signInId: null, ...change });
  expect(await resume({ key: 'x'.repeat(43) })).toBeUndefined();
  expect(await resume({ agentId: w.ben.id })).toBeUndefined();
  await one.sessions.close(anna, 'left');
  expect(await resume({})).toBeUndefined();
});

test('a killed server’s lock can be resumed elsewhere with the stored token, else it expires', async () => {
  for (const back of [true, false]) {
    const w = await given();
    const one = w.server('one');
    const two = w.server('two');
    const anna = await w.join(one, 'anna');
    const { fence } = await one.locks.acquire(anna, take(w));
    // A killed process writes nothing and renews nothing.
    one.owners.close();
    await two.start(false);
    await w.clock.advance(20_000);
    if (back) await two.sessions.resume({ ...anna, id: anna.sessionId, key: anna.key, signInId: null });
    await w.clock.advance(30_000);
    expect(await endings(w)).toEqual(back ? [] : [`${fence} expired`]);
    await world?.close();
    world = undefined;
  }
});

test('the lease of a server that died before it could release it blocks nobody', async () => {
  let dead = true;
  const wrapLeases = (leases: Leases): Leases => ({
    ...leases,
    release: (key, token) => (dead ? Promise.resolve('gone') : leases.release(key, token)),
  });
  const w = await given({ wrapLeases });
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  await one.locks.leave(anna, w.conversationId);
  const row = await lockAt(w.db.read, w.conversationId, 1);
  expect(await w.leases.check([{ key: w.conversationId, token: row?.leaseToken ?? '' }])).toEqual(['held']);
  dead = false;
  expect(await codeOf(one.locks.acquire(await w.join(one, 'ben'), take(w)))).toBe('ok');
});

test('leases that were lost are put back under the lock, with a fresh token', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  const before = await openLock(w.db.read, w.conversationId);
  await w.leases.release(w.conversationId, before?.leaseToken ?? '');
  await w.clock.advance(11_000);
  const after = await openLock(w.db.read, w.conversationId);
  expect(after?.epoch).toBe(before?.epoch);
  expect(after?.leaseToken).not.toBe(before?.leaseToken);
});

test('leases lost between grant and send: a colleague is granted, and the first holder’s reply is fenced', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const ben = await w.join(one, 'ben');
  const first = await one.locks.acquire(anna, take(w));
  const row = await openLock(w.db.read, w.conversationId);
  await w.leases.release(w.conversationId, row?.leaseToken ?? '');
  const second = await one.locks.acquire(ben, take(w));
  expect(second.fence).toBe(first.fence + 1);
  expect(await endings(w)).toEqual([`${first.fence} expired`]);
  const send = {
    conversationId: w.conversationId,
    clientId: 'lost-0001',
    fence: first.fence,
    lastSeen: 1,
    body: 'Me!',
    then: 'stay' as const,
  };
  const refusal = await one.door.send(anna, send).catch((error: unknown) => error);
  expect(LatchboxError.is(refusal, 'lock_lost') && refusal.details.holder?.name).toBe('Ben Okafor');
});

test('no answer of the leases is never "no lock": nothing is granted, nothing ends, sends go on', async () => {
  let down = false;
  const unavailable = () => Promise.reject(new LatchboxError('coordination_unavailable', {}));
  const wrapLeases = (leases: Leases): Leases => ({
    ...leases,
    acquire: (key, ttl) => (down ? unavailable() : leases.acquire(key, ttl)),
    extend: (key, token, ttl) => (down ? unavailable() : leases.extend(key, token, ttl)),
    check: (all) => (down ? unavailable() : leases.check(all)),
  });
  const w = await given({ wrapLeases, lockOn: 'open' });
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const { fence } = await one.locks.acquire(anna, take(w));
  await one.start(false);
  down = true;
  await w.clock.advance(60_000);
  expect(one.told).toEqual([`${anna.sessionId} ${fence} uncertain`]);
  expect(await endings(w)).toEqual([]);
  const other = await givenConversation(w.db, w.inboxId);
  const ben = await w.join(one, 'ben');
  expect(
    await codeOf(one.locks.acquire(ben, { conversationId: other.conversationId, requestId: requestId() })),
  ).toBe('coordination_unavailable');
  const send = {
    conversationId: w.conversationId,
    clientId: 'down-0001',
    fence,
    lastSeen: 1,
    body: 'Still here.',
    then: 'stay' as const,
  };
  expect(await codeOf(one.door.send(anna, send))).toBe('ok');
});

test('a restart alone gives every open lock one reconnect grace; who is back keeps it, who is not loses it as restarted', async () => {
  const w = await given();
  const before = w.server('before');
  const anna = await w.join(before, 'anna');
  const ben = await w.join(before, 'ben');
  const other = await givenConversation(w.db, w.inboxId);
  await before.locks.acquire(anna, take(w));
  const bens = await before.locks.acquire(ben, {
    conversationId: other.conversationId,
    requestId: requestId(),
  });
  before.owners.close();
  const after = w.server('after');
  await after.start(true);
  await w.clock.advance(5_000);
  const back = await after.sessions.resume({ ...anna, id: anna.sessionId, key: anna.key, signInId: null });
  expect(back?.locks[0]?.lock).toMatchObject({ status: 'held', goneDeadline: null });
  await w.clock.advance(6_000);
  expect(await endings(w)).toEqual([`${bens.fence} restarted`]);
});

test('a wall clock that jumps by an hour never gives two agents one epoch', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const { fence } = await one.locks.acquire(anna, take(w));
  await one.start(false);
  w.clock.jump(3_600_000);
  await w.clock.advance(2_000);
  expect((await openLock(w.db.read, w.conversationId))?.epoch).toBe(fence);
  w.clock.jump(-7_200_000);
  await w.clock.advance(40_000);
  expect((await openLock(w.db.read, w.conversationId))?.epoch).toBe(fence);
  expect(await codeOf(one.locks.acquire(await w.join(one, 'ben'), take(w)))).toBe('lock_held');
});

test('ending in scope tells why and by whom, and gives the lease back after the commit', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  await w.db.inTransaction((tx) =>
    one.locks.endInScope(tx, { agentId: w.anna.id, inboxId: w.inboxId }, 'access_lost', w.admin.id),
  );
  expect((await w.events()).at(-1)).toMatchObject({
    type: 'lock.ended',
    reason: 'access_lost',
    by: { name: 'Ada Min' },
  });
  expect(await codeOf(one.locks.acquire(await w.join(one, 'ben'), take(w)))).toBe('ok');
});

test('something newer in the thread stops the send with what is new', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const ben = { agentId: w.ben.id, agentName: w.ben.name };
  await one.door.sendOnce(ben, {
    conversationId: w.conversationId,
    clientId: 'ben-00007',
    lastSeen: 1,
    body: 'Answered.',
    then: 'stay',
  });
  const { fence } = await one.locks.acquire(anna, take(w));
  const send = {
    conversationId: w.conversationId,
    clientId: 'anna-0007',
    fence,
    body: 'Hello.',
    then: 'stay' as const,
  };
  const refusal = await one.door.send(anna, { ...send, lastSeen: 1 }).catch((error: unknown) => error);
  expect(LatchboxError.is(refusal, 'thread_moved_on') && refusal.details).toMatchObject({
    newest: 2,
    entries: [{ body: 'Answered.' }],
  });
  expect(await codeOf(one.door.send(anna, { ...send, lastSeen: 99 }))).toBe('invalid');
  expect(await codeOf(one.door.send(anna, { ...send, lastSeen: 2 }))).toBe('ok');
});
