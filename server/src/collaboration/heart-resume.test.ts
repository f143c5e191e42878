import { afterEach, describe, expect, test } from 'vitest';
import type { Leases } from '../cluster/leases.ts';
import { openLock } from '../database/locks.ts';
import { givenConversation } from '../database/testing/given.ts';
import type { Holder } from './holder.ts';
import { createWorld, type TestServer, type World, type WorldOptions } from './testing/world.ts';
import { patiently } from '../lib/testing/patiently.ts';

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
const take = (w: World) => ({ conversationId: w.conversationId, requestId: `request-${++request}` });
const resumeOf = (server: TestServer, holder: Holder & { readonly key: string }) =>
  server.sessions.resume({ ...holder, id: holder.sessionId, signInId: null });
const endings = async (w: World) =>
  (await w.events()).flatMap((event) =>
    event.type === 'lock.ended' ? [`${event.fence} ${event.reason}`] : [],
  );

test('the countdown of a resumed session goes on from the last thing it did, not from the last that was written down', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  await one.start(false);
  await w.clock.advance(170_000);
  one.locks.activity(anna, w.conversationId, 'reply');
  await w.clock.advance(1_000);
  await one.sessions.connectionLost(anna);
  await w.clock.advance(2_000);
  await resumeOf(one, anna);
  await w.clock.advance(170_000);
  expect((await openLock(w.db.read, w.conversationId))?.idleDeadline).toBeNull();
  await w.clock.advance(8_000);
  expect((await openLock(w.db.read, w.conversationId))?.idleDeadline).not.toBeNull();
});

test('who comes back before the old connection was missed is not asked sooner either', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  await one.start(false);
  await w.clock.advance(30_000);
  one.locks.activity(anna, w.conversationId, 'reply');
  await resumeOf(one, anna);
  await w.clock.advance(178_000);
  expect((await openLock(w.db.read, w.conversationId))?.idleDeadline).toBeNull();
  await w.clock.advance(8_000);
  expect((await openLock(w.db.read, w.conversationId))?.idleDeadline).not.toBeNull();
});

test('leases that do not answer hold up a resume once, not once for each lock', async () => {
  const waiting: (() => void)[] = [];
  let down = false;
  let calls = 0;
  const wrapLeases = (leases: Leases): Leases => ({
    ...leases,
    extend: async (key, token, ttl) => {
      calls += 1;
      if (down) await new Promise<void>((goOn) => waiting.push(goOn));
      return await leases.extend(key, token, ttl);
    },
  });
  const w = await given({ wrapLeases });
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const other = await givenConversation(w.db, w.inboxId);
  await one.locks.acquire(anna, take(w));
  await one.locks.acquire(anna, { ...take(w), conversationId: other.conversationId });
  // Both have their full length.
  await patiently(() => expect(calls).toBe(2));
  down = true;
  const resumed = resumeOf(one, anna);
  await patiently(() => expect(waiting).toHaveLength(2));
  down = false;
  for (const goOn of waiting) goOn();
  expect((await resumed)?.locks).toHaveLength(2);
});

test('whoever holds as many locks as one may can still ask for one of them again', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  for (let more = 0; more < 2; more += 1) {
    const { conversationId } = await givenConversation(w.db, w.inboxId);
    await one.locks.acquire(anna, { ...take(w), conversationId });
  }
  expect((await one.locks.acquire(anna, take(w))).fence).toBe(1);
});

describe('after a restart alone', () => {
  test('what is granted between the opening of the port and the start of the graces stays', async () => {
    const w = await given();
    const gone = w.server('before');
    const anna = await w.join(gone, 'anna');
    await gone.locks.acquire(anna, take(w));
    gone.owners.close();
    const after = w.server('after');
    await after.prepare(true);
    // One comes back, one takes another conversation, before the graces begin.
    const back = await resumeOf(after, anna);
    const other = await givenConversation(w.db, w.inboxId);
    const ben = await w.join(after, 'ben');
    await after.locks.acquire(ben, { ...take(w), conversationId: other.conversationId });
    expect(back?.locks).toHaveLength(1);
    await after.start(true);
    await w.clock.advance(20_000);
    expect(await endings(w)).toEqual([]);
  });

  test('who came back and is lost later is lost like anybody else', async () => {
    const w = await given();
    const gone = w.server('before');
    const anna = await w.join(gone, 'anna');
    await gone.locks.acquire(anna, take(w));
    gone.owners.close();
    const after = w.server('after');
    await after.prepare(true);
    await after.start(true);
    const back = await resumeOf(after, anna);
    await w.clock.advance(20_000);
    await after.sessions.connectionLost(back!.holder);
    await w.clock.advance(20_000);
    expect(await endings(w)).toEqual(['1 disconnected']);
  });
});
