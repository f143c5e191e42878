/**
 * Races between the steps of the heart, each played at the worst moment: a call to the leases stands still while something
 * else happens, or something else is committed while a transaction waits for its row (Postgres).
 */
import { LatchboxError } from '@latchbox/shared';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { LeaseAnswer, Leases } from '../cluster/leases.ts';
import type { Tx } from '../database/database.ts';
import { keepLock, markGone, swapToken } from '../database/lock-steps.ts';
import { openLock } from '../database/locks.ts';
import { givenConversation } from '../database/testing/given.ts';
import type { Holder } from './holder.ts';
import { createWorld, type TestServer, type World, type WorldOptions } from './testing/world.ts';
import { patiently } from '../lib/testing/patiently.ts';

/** What happens just before the step of this name, once. */
const before = vi.hoisted(() => new Map<string, (...args: never[]) => unknown>());
const steps = vi.hoisted(() => ({ log: [] as string[] }));
async function meanwhile(step: string, ...args: unknown[]): Promise<void> {
  const happens = before.get(step);
  before.delete(step);
  await (happens as ((...given: unknown[]) => unknown) | undefined)?.(...args);
}

vi.mock('../database/lock-targets.ts', async (original) => {
  const actual = await original<typeof import('../database/lock-targets.ts')>();
  return {
    ...actual,
    async holdConversation(tx: Tx, conversationId: string) {
      await meanwhile('hold', tx);
      steps.log.push(`hold ${conversationId}`);
      await actual.holdConversation(tx, conversationId);
    },
  };
});
vi.mock('../database/event-log.ts', async (original) => {
  const actual = await original<typeof import('../database/event-log.ts')>();
  return {
    ...actual,
    appendEvent(...args: Parameters<typeof actual.appendEvent>) {
      steps.log.push('event');
      return actual.appendEvent(...args);
    },
  };
});
vi.mock('../database/lock-steps.ts', async (original) => {
  const actual = await original<typeof import('../database/lock-steps.ts')>();
  return {
    ...actual,
    async askIdle(...args: Parameters<typeof actual.askIdle>) {
      await meanwhile('ask');
      return await actual.askIdle(...args);
    },
    async swapToken(...args: Parameters<typeof actual.swapToken>) {
      await meanwhile('swap');
      return await actual.swapToken(...args);
    },
  };
});

let world: World | undefined;
async function given(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  return world;
}
afterEach(async () => {
  before.clear();
  await world?.close();
  world = undefined;
});

let request = 0;
const take = (w: World) => ({ conversationId: w.conversationId, requestId: `request-${++request}` });
async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (LatchboxError.is(error)) return error.code;
    throw error;
  }
}
const resumeOf = (server: TestServer, holder: Holder & { readonly key: string }) =>
  server.sessions.resume({ ...holder, id: holder.sessionId, signInId: null });
const endings = async (w: World) =>
  (await w.events()).flatMap((event) =>
    event.type === 'lock.ended' ? [`${event.fence} ${event.reason}`] : [],
  );

/** Leases whose next call of one kind has done its work, and is answered only when the test says so. */
function standstill() {
  let kind: 'acquire' | 'extend' | undefined;
  let reached = Promise.withResolvers<void>();
  let goOn = Promise.withResolvers<void>();
  async function answer<T>(of: 'acquire' | 'extend', result: T): Promise<T> {
    if (kind !== of) return result;
    kind = undefined;
    reached.resolve();
    await goOn.promise;
    return result;
  }
  return {
    wrapLeases: (leases: Leases): Leases => ({
      ...leases,
      acquire: async (key, ttl): Promise<LeaseAnswer> =>
        await answer('acquire', await leases.acquire(key, ttl)),
      extend: async (key, token, ttl) => await answer('extend', await leases.extend(key, token, ttl)),
    }),
    /** Stops the next call of this kind; resolves when it stands. */
    at(of: 'acquire' | 'extend'): Promise<void> {
      kind = of;
      reached = Promise.withResolvers<void>();
      goOn = Promise.withResolvers<void>();
      return reached.promise;
    },
    goOn: () => goOn.resolve(),
  };
}

describe('while a lock is being granted', () => {
  // Before the row is written, and after.
  test.each(['acquire', 'extend'] as const)(
    'its connection is lost (at %s): the grant gets its reconnect grace and is not renewed',
    async (at) => {
      const still = standstill();
      const w = await given({ wrapLeases: still.wrapLeases });
      const one = w.server('one');
      const anna = await w.join(one, 'anna');
      await one.start(false);
      const stands = still.at(at);
      const asked = codeOf(one.locks.acquire(anna, take(w)));
      await stands;
      await one.sessions.connectionLost(anna);
      still.goOn();
      await asked;
      expect((await openLock(w.db.read, w.conversationId))?.goneDeadline).toBe(w.clock.now() + 10_000);
      expect(one.owners.count()).toBe(0);
      await w.clock.advance(11_000);
      expect(await endings(w)).toEqual(['1 disconnected']);
    },
  );

  test('its session goes on elsewhere: the old connection gets nothing, the new one can ask again', async () => {
    const still = standstill();
    const w = await given({ wrapLeases: still.wrapLeases });
    const one = w.server('one');
    const two = w.server('two');
    const anna = await w.join(one, 'anna');
    const input = take(w);
    const stands = still.at('acquire');
    const asked = codeOf(one.locks.acquire(anna, input));
    await stands;
    const resumed = await resumeOf(two, anna);
    still.goOn();
    expect(await asked).toBe('offline');
    // The hint that the session goes on elsewhere may have been lost: whoever is found out is dropped.
    expect(one.told).toContain(`${anna.sessionId} drop below 2`);
    expect(await openLock(w.db.read, w.conversationId)).toBeUndefined();
    expect(resumed?.locks).toEqual([]);
    expect((await two.locks.acquire(resumed!.holder, input)).fence).toBe(1);
    await two.sessions.connectionLost(resumed!.holder);
    expect((await openLock(w.db.read, w.conversationId))?.goneDeadline).not.toBeNull();
  });

  test.each(['left', 'signed_out'] as const)('its session ends (%s): nothing is granted', async (reason) => {
    const still = standstill();
    const w = await given({ wrapLeases: still.wrapLeases });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const stands = still.at('acquire');
    const asked = codeOf(one.locks.acquire(anna, take(w)));
    await stands;
    await one.sessions.close(anna, reason);
    still.goOn();
    expect(await asked).toBe('closed');
    expect(await openLock(w.db.read, w.conversationId)).toBeUndefined();
    expect(one.owners.count()).toBe(0);
    expect(await codeOf(one.locks.acquire(await w.join(one, 'ben'), take(w)))).toBe('ok');
  });

  test('the server stops: no timer is left that would renew it', async () => {
    const still = standstill();
    const w = await given({ wrapLeases: still.wrapLeases });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const stands = still.at('extend');
    const asked = codeOf(one.locks.acquire(anna, take(w)));
    await stands;
    await one.close();
    still.goOn();
    await asked;
    expect(w.clock.pending).toBe(0);
  });
});

test('an owner who comes late does not take the place of a newer lock’s owner', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const ben = await w.join(one, 'ben');
  const times = { lockTtl: 30_000, idleAfter: 180_000, idleGrace: 60_000, idleFor: 0, asked: false };
  const lock = { conversationId: w.conversationId, inboxId: w.inboxId, lockOn: 'compose', ...times } as const;
  one.owners.own(ben, { ...lock, epoch: 2 });
  one.owners.own(anna, { ...lock, epoch: 1 });
  expect(one.owners.owns(w.conversationId, 2)).toBe(true);
});

test('an acquire whose turn comes after its connection was lost ends no other lock of the agent', async () => {
  const w = await given({ lockOn: 'open' });
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  await one.sessions.connectionLost(anna);
  const resumed = await resumeOf(one, anna);
  const other = await givenConversation(w.db, w.inboxId);
  const late = one.locks.acquire(anna, { ...take(w), conversationId: other.conversationId });
  expect(await codeOf(late)).toBe('offline');
  expect(await endings(w)).toEqual([]);
  expect(resumed?.locks).toHaveLength(1);
});

describe('the idle question', () => {
  test('is not asked again and again by an owner whose session goes on elsewhere', async () => {
    const w = await given();
    const one = w.server('one');
    const two = w.server('two');
    const anna = await w.join(one, 'anna');
    await one.locks.acquire(anna, take(w));
    await w.clock.advance(5_000);
    one.locks.activity(anna, w.conversationId, 'reply');
    await w.clock.advance(178_000);
    await resumeOf(two, anna);
    let asked = 0;
    before.set('ask', function again() {
      asked += 1;
      if (asked > 20) throw new Error('asked without end');
      before.set('ask', again);
    });
    const left = () => w.clock.pending;
    await Promise.race([w.clock.advance(4_000), new Promise((done) => setTimeout(done, 1_000))]);
    expect({ asked: asked < 5, owners: one.owners.count() }).toEqual({ asked: true, owners: 0 });
    expect(left()).toBeGreaterThan(0);
  });

  test('is withdrawn when its holder did something while it was being written', async () => {
    const w = await given();
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    await one.locks.acquire(anna, take(w));
    before.set('ask', () => one.locks.activity(anna, w.conversationId, 'reply'));
    await w.clock.advance(181_000);
    expect((await w.events()).at(-1)).toMatchObject({ type: 'lock.changed', step: 'kept' });
    expect((await openLock(w.db.read, w.conversationId))?.idleDeadline).toBeNull();
  });
});

// On Postgres a transaction waits for its row, and what it read before that may be over. Here somebody else's change comes
// while it waits: made by the same transaction, because PGlite has one connection.
describe('what is committed while a transaction waits for its row', () => {
  test('an answer to the idle question: the lock does not end', async () => {
    const w = await given({ dialect: 'pglite' });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const { fence } = await one.locks.acquire(anna, take(w));
    await w.clock.advance(180_000);
    await patiently(async () =>
      expect((await openLock(w.db.read, w.conversationId))?.idleDeadline).not.toBeNull(),
    );
    one.owners.close();
    w.clock.jump(61_000);
    const sweeper = await one.start(false);
    before.set('hold', (tx: Tx) => keepLock(tx, { conversationId: w.conversationId, epoch: fence }));
    await sweeper.sweep();
    expect(before.size).toBe(0);
    expect((await openLock(w.db.read, w.conversationId))?.epoch).toBe(fence);
  });

  test('the loss of the older connection: the resume is told', async () => {
    const w = await given({ dialect: 'pglite' });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const { fence } = await one.locks.acquire(anna, take(w));
    before.set('hold', (tx: Tx) =>
      markGone(
        tx,
        { conversationId: w.conversationId, epoch: fence, connectionNo: 1 },
        w.clock.now() + 10_000,
      ),
    );
    await resumeOf(one, anna);
    expect((await openLock(w.db.read, w.conversationId))?.goneDeadline).toBeNull();
    expect((await w.events()).at(-1)).toMatchObject({ type: 'lock.changed', step: 'resumed' });
  });

  test('a fresh lease under the lock: giving the lock back ends it all the same', async () => {
    const w = await given({ dialect: 'pglite' });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const { fence } = await one.locks.acquire(anna, take(w));
    const { leaseToken } = (await openLock(w.db.read, w.conversationId))!;
    await w.leases.release(w.conversationId, leaseToken);
    await w.leases.restore(w.conversationId, 'fresh', 30_000);
    before.set('hold', (tx: Tx) =>
      swapToken(tx, { conversationId: w.conversationId, epoch: fence, connectionNo: 1 }, leaseToken, 'fresh'),
    );
    const input = { conversationId: w.conversationId, fence, reason: 'released' } as const;
    expect(await one.locks.release(anna, input)).toEqual({ held: true });
    await w.clock.advance(0);
    expect(await w.leases.check([{ key: w.conversationId, token: 'fresh' }])).toEqual(['gone']);
  });

  test.each(['resume', 'close'] as const)(
    'of several locks every row is held before the first event (%s)',
    async (what) => {
      const w = await given({ dialect: 'pglite' });
      const one = w.server('one');
      const anna = await w.join(one, 'anna');
      const other = await givenConversation(w.db, w.inboxId);
      await one.locks.acquire(anna, take(w));
      await one.locks.acquire(anna, { ...take(w), conversationId: other.conversationId });
      await one.sessions.connectionLost(anna);
      steps.log.length = 0;
      if (what === 'resume') await resumeOf(one, anna);
      else await one.sessions.close(anna, 'left');
      const first = steps.log.indexOf('event');
      const held = new Set(steps.log.slice(0, first));
      expect(held.size).toBe(2);
      expect(steps.log.filter((step) => step === 'event')).toHaveLength(2);
    },
  );
});

test('a fresh lease that cannot be written down is given back, and the next renewal tries again', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await one.locks.acquire(anna, take(w));
  const { leaseToken } = (await openLock(w.db.read, w.conversationId))!;
  await w.leases.release(w.conversationId, leaseToken);
  before.set('swap', () => {
    throw new Error('the database is away');
  });
  await w.clock.advance(10_000);
  expect(before.size).toBe(0);
  await w.clock.advance(10_000);
  const open = (await openLock(w.db.read, w.conversationId))!;
  expect(await w.leases.check([{ key: w.conversationId, token: open.leaseToken }])).toEqual(['held']);
});

test('a lock that cannot be ended does not keep the sweeper from the others', async () => {
  const w = await given();
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const other = await givenConversation(w.db, w.inboxId);
  await one.locks.acquire(anna, take(w));
  await one.locks.acquire(anna, { ...take(w), conversationId: other.conversationId });
  await one.sessions.connectionLost(anna);
  await w.clock.advance(11_000);
  before.set('hold', () => {
    throw new Error('the row is locked by a process that stands still');
  });
  const sweeper = await one.start(false);
  await sweeper.sweep();
  expect(await endings(w)).toEqual(['1 disconnected']);
});
