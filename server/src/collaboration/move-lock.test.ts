/** One agent's lock moves from one tab to another (L14): under a new fence, and under the lease that it had. */
import { LatchboxError } from '@latchbox/shared';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Leases } from '../cluster/leases.ts';
import type { Tx } from '../database/database.ts';
import { markGone } from '../database/lock-steps.ts';
import { endEpoch, lockAt, openLock, tokenHasEnded } from '../database/locks.ts';
import { givenConversation } from '../database/testing/given.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import type { Holder } from './holder.ts';
import { createWorld, type TestServer, type World, type WorldOptions } from './testing/world.ts';

/** What happens while the next transaction waits for its row, once. */
const waiting = vi.hoisted((): { meanwhile: ((tx: Tx) => Promise<unknown>) | undefined } => ({
  meanwhile: undefined,
}));
vi.mock('../database/lock-targets.ts', async (original) => {
  const actual = await original<typeof import('../database/lock-targets.ts')>();
  return {
    ...actual,
    async holdConversation(tx: Tx, conversationId: string) {
      const { meanwhile } = waiting;
      waiting.meanwhile = undefined;
      await meanwhile?.(tx);
      await actual.holdConversation(tx, conversationId);
    },
  };
});

let world: World | undefined;
async function given(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  return world;
}
afterEach(async () => {
  waiting.meanwhile = undefined;
  await world?.close();
  world = undefined;
});

let request = 0;
const take = (w: World) => ({ conversationId: w.conversationId, requestId: `request-${++request}` });
async function refusalOf(work: Promise<unknown>): Promise<LatchboxError> {
  const error: unknown = await work.then(
    () => new Error('was not refused'),
    (cause: unknown) => cause,
  );
  if (!LatchboxError.is(error)) throw error;
  return error as LatchboxError;
}
const codeOf = async (work: Promise<unknown>): Promise<string> => (await refusalOf(work)).code;
const lockEvents = async (w: World) =>
  (await w.events()).flatMap((event) => {
    if (event.type === 'lock.granted') return [`granted ${event.row.lock.fence}`];
    return event.type === 'lock.ended' ? [`ended ${event.fence} ${event.reason}`] : [];
  });
const held = async (w: World) => (await openLock(w.db.read, w.conversationId))!;
const answer = (w: World, fence: number) => ({
  conversationId: w.conversationId,
  fence,
  lastSeen: 1,
  body: 'It is on its way.',
  clientId: `client-${++request}`,
  then: 'stay' as const,
});

/** Anna with a lock in one tab, and her other tab, by default on another server. */
async function twoTabs(
  w: World,
): Promise<{ one: TestServer; two: TestServer; tab: Holder; other: Holder; fence: number }> {
  const [one, two] = [w.server('one'), w.server('two')];
  const tab = await w.join(one, 'anna', 'Chrome on Linux');
  const other = await w.join(two, 'anna', 'Firefox on Android');
  const { fence } = await one.locks.acquire(tab, take(w));
  return { one, two, tab, other, fence };
}

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test('the lock goes on under the next fence and the same lease, and is free at no moment', async () => {
    const w = await given({ dialect });
    const { two, other, fence } = await twoTabs(w);
    const { leaseToken } = await held(w);
    const moved = await two.locks.move(other, take(w));
    expect(moved).toMatchObject({
      fence: fence + 1,
      lock: { status: 'held', fence: fence + 1, sessionId: other.sessionId, device: 'Firefox on Android' },
    });
    expect(await held(w)).toMatchObject({ epoch: fence + 1, leaseToken, sessionId: other.sessionId });
    expect(await lockEvents(w)).toEqual(['granted 1', 'ended 1 moved', 'granted 2']);
    const [ended, granted] = (await w.events()).slice(-2);
    for (const event of [ended, granted]) {
      expect(event && 'row' in event && event.row.lock).toEqual(moved.lock);
    }
    // Whoever meets this lease reads it as its holder's, and never as one that an ended lock left behind.
    expect(await tokenHasEnded(w.db.read, w.conversationId, leaseToken)).toBe(false);
    await two.locks.release(other, { ...take(w), fence: fence + 1, reason: 'released' });
    expect(await tokenHasEnded(w.db.read, w.conversationId, leaseToken)).toBe(true);
  });

  test('the tab that had it is told that it moved when it sends, and the one that has it sends', async () => {
    const w = await given({ dialect });
    const { one, two, tab, other, fence } = await twoTabs(w);
    await two.locks.move(other, take(w));
    const refusal = await refusalOf(one.door.send(tab, answer(w, fence)));
    expect(refusal).toMatchObject({ code: 'lock_lost', details: { reason: 'moved' } });
    expect(await codeOf(one.locks.stay(tab, { conversationId: w.conversationId, fence }))).toBe('lock_lost');
    const late = { conversationId: w.conversationId, fence, reason: 'released' } as const;
    expect(await one.locks.release(tab, late)).toEqual({ held: false });
    await one.locks.leave(tab, w.conversationId);
    await one.sessions.close(tab, 'left');
    expect(await held(w)).toMatchObject({ epoch: fence + 1 });
    expect((await two.door.send(other, answer(w, fence + 1))).entry).toMatchObject({
      fence: fence + 1,
      lateSend: false,
    });
  });

  test('nobody’s lock must be taken, somebody else’s is theirs, and one’s own here is the answer', async () => {
    const w = await given({ dialect });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    expect(await codeOf(one.locks.move(anna, take(w)))).toBe('lock_required');
    const { fence } = await one.locks.acquire(anna, take(w));
    expect((await one.locks.move(anna, take(w))).fence).toBe(fence);
    const ben = await w.join(one, 'ben');
    expect(await refusalOf(one.locks.move(ben, take(w)))).toMatchObject({
      code: 'lock_held',
      details: { holder: { name: anna.agentName } },
    });
    expect(await codeOf(one.locks.move(await w.join(one, 'rita'), take(w)))).toBe('forbidden');
    expect(await lockEvents(w)).toEqual(['granted 1']);
  });

  test('asked again with the same request id it answers the same fence, until the lock has gone on', async () => {
    const w = await given({ dialect });
    const { one, two, tab, other } = await twoTabs(w);
    const input = take(w);
    const moved = await two.locks.move(other, input);
    const back = take(w);
    expect(await two.locks.move(other, input)).toEqual(moved);
    expect((await one.locks.move(tab, back)).fence).toBe(moved.fence + 1);
    expect(await codeOf(two.locks.move(other, input))).toBe('lock_lost');
    expect(await codeOf(two.locks.move(other, back))).toBe('conflict');
  });

  test('twenty moves between five tabs at once: each grant is one session’s, and the newest holds', async () => {
    const w = await given({ dialect });
    const servers = [w.server('one'), w.server('two')];
    const tabs: { server: TestServer; holder: Holder }[] = [];
    for (let at = 0; at < 5; at += 1) {
      const server = servers[at % 2]!;
      tabs.push({ server, holder: await w.join(server, 'anna', `tab ${at}`) });
    }
    await tabs[0]!.server.locks.acquire(tabs[0]!.holder, take(w));
    const moves = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const { server, holder } = tabs[at % 5]!;
        const { fence } = await server.locks.move(holder, take(w));
        return { fence, sessionId: holder.sessionId };
      }),
    );
    for (const { fence, sessionId } of moves) {
      expect((await lockAt(w.db.read, w.conversationId, fence))?.sessionId).toBe(sessionId);
    }
    const open = await held(w);
    expect(open.epoch).toBe(Math.max(...moves.map(({ fence }) => fence)));
    const told = await lockEvents(w);
    for (let fence = 1; fence < open.epoch; fence += 1) {
      expect(told.indexOf(`ended ${fence} moved`)).toBe(told.indexOf(`granted ${fence + 1}`) - 1);
    }
  });
});

describe('moving is activity', () => {
  test('the open question is withdrawn, and the countdown begins anew', async () => {
    const w = await given();
    const { two, other, fence } = await twoTabs(w);
    await two.start(false);
    await w.clock.advance(181_000);
    expect((await held(w)).idleDeadline).not.toBeNull();
    await two.locks.move(other, take(w));
    expect(await held(w)).toMatchObject({ epoch: fence + 1, idleDeadline: null });
    await w.clock.advance(170_000);
    expect(await held(w)).toMatchObject({ epoch: fence + 1, idleDeadline: null });
    await w.clock.advance(11_000);
    expect((await held(w)).idleDeadline).not.toBeNull();
  });

  test('the grace of a tab that is gone is over, and nobody ends what moved', async () => {
    const w = await given();
    const { one, two, tab, other, fence } = await twoTabs(w);
    await two.start(false);
    await one.sessions.connectionLost(tab);
    await two.locks.move(other, take(w));
    expect(await held(w)).toMatchObject({ epoch: fence + 1, goneDeadline: null });
    await w.clock.advance(60_000);
    expect(await held(w)).toMatchObject({ epoch: fence + 1 });
    // What was left behind comes back without it.
    const back = await one.sessions.resume({
      ...tab,
      id: tab.sessionId,
      key: (tab as { key?: string }).key ?? '',
      signInId: null,
    });
    expect(back?.locks).toEqual([]);
  });
});

describe('the lease', () => {
  test('is kept by the new server alone, also when the old one is dead', async () => {
    const w = await given();
    const { one, two, other, fence } = await twoTabs(w);
    await two.start(false);
    one.owners.close();
    await w.clock.advance(20_000);
    await two.locks.move(other, take(w));
    await w.clock.advance(120_000);
    const { leaseToken, epoch } = await held(w);
    expect(epoch).toBe(fence + 1);
    expect(await w.leases.check([{ key: w.conversationId, token: leaseToken }])).toEqual(['held']);
    expect(await codeOf(two.locks.acquire(await w.join(two, 'ben'), take(w)))).toBe('lock_held');
  });

  test('is no longer renewed by the server that had it', async () => {
    const w = await given();
    const { one, two, other, fence } = await twoTabs(w);
    await two.locks.move(other, take(w));
    await w.clock.advance(15_000);
    expect(one.owners.count()).toBe(0);
    expect(two.owners.owns(w.conversationId, fence + 1)).toBe(true);
    await two.locks.release(other, {
      conversationId: w.conversationId,
      fence: fence + 1,
      reason: 'released',
    });
    expect((await one.locks.acquire(await w.join(one, 'ben'), take(w))).fence).toBe(fence + 2);
  });

  test('that had ended gets a fresh one under it, and the third who asks is told the holder', async () => {
    const w = await given();
    const { two, other, fence } = await twoTabs(w);
    const { leaseToken } = await held(w);
    await w.leases.release(w.conversationId, leaseToken);
    await two.locks.move(other, take(w));
    const now = await held(w);
    expect(now).toMatchObject({ epoch: fence + 1 });
    expect(now.leaseToken).not.toBe(leaseToken);
    expect(await w.leases.check([{ key: w.conversationId, token: now.leaseToken }])).toEqual(['held']);
  });

  test('does not answer: the row decides, the holder is told that it is uncertain, and sends', async () => {
    let away = false;
    const w = await given({
      wrapLeases: (leases: Leases): Leases => ({
        ...leases,
        extend: (key, token, ttl) =>
          away
            ? Promise.reject(new LatchboxError('coordination_unavailable', {}))
            : leases.extend(key, token, ttl),
      }),
    });
    const { two, other, fence } = await twoTabs(w);
    away = true;
    await two.locks.move(other, take(w));
    expect(two.told).toEqual([`${other.sessionId} ${fence + 1} uncertain`]);
    expect((await two.door.send(other, answer(w, fence + 1))).entry.fence).toBe(fence + 1);
  });
});

describe('with one lock an agent (lockOn: open)', () => {
  test('the moved lock is that one: opening something else ends it', async () => {
    const w = await given({ lockOn: 'open' });
    const { one, two, tab, other, fence } = await twoTabs(w);
    await two.locks.move(other, take(w));
    const next = await givenConversation(w.db, w.inboxId);
    await one.locks.acquire(tab, { ...take(w), conversationId: next.conversationId });
    expect(await lockEvents(w)).toContain(`ended ${fence + 1} switched`);
    expect(await openLock(w.db.read, w.conversationId)).toBeUndefined();
  });
});

// On Postgres a transaction waits for its row. Here somebody else's change comes while it waits: made by the same transaction,
// because PGlite has one connection.
describe('what is committed while a move waits for its row', () => {
  test.each(['released', 'sent', 'disconnected', 'idle'] as const)(
    'the lock’s end (%s): it must be taken',
    async (reason) => {
      const w = await given({ dialect: 'pglite' });
      const { two, other } = await twoTabs(w);
      const lock = await held(w);
      waiting.meanwhile = (tx) => endEpoch(tx, lock, { reason, by: null });
      expect(await codeOf(two.locks.move(other, take(w)))).toBe('lock_required');
      // The refusal took back what the same transaction had done; here only its code counts.
      expect(two.owners.count()).toBe(0);
    },
  );

  test('the loss of the old tab’s connection: it moves all the same, without the grace', async () => {
    const w = await given({ dialect: 'pglite' });
    const { two, other, fence } = await twoTabs(w);
    waiting.meanwhile = (tx) =>
      markGone(tx, { conversationId: w.conversationId, epoch: fence, connectionNo: 1 }, tx.now + 10_000);
    await two.locks.move(other, take(w));
    expect(await held(w)).toMatchObject({ epoch: fence + 1, goneDeadline: null });
  });
});

describe('a move that comes to nothing', () => {
  test.each(['left', 'signed_out'] as const)('its own session is over (%s)', async (reason) => {
    const w = await given();
    const { two, other, fence } = await twoTabs(w);
    await two.sessions.close(other, reason);
    expect(await codeOf(two.locks.move(other, take(w)))).toBe('closed');
    expect(await held(w)).toMatchObject({ epoch: fence });
  });

  test('its connection is lost, or its session has gone on', async () => {
    const w = await given();
    const { one, two, other, fence } = await twoTabs(w);
    const { key } = other as Holder & { key: string };
    const resumed = await one.sessions.resume({ ...other, id: other.sessionId, key, signInId: null });
    expect(await codeOf(two.locks.move(other, take(w)))).toBe('offline');
    await one.sessions.connectionLost(resumed!.holder);
    expect(await codeOf(one.locks.move(resumed!.holder, take(w)))).toBe('offline');
    expect(await held(w)).toMatchObject({ epoch: fence });
  });

  test('its connection is lost once it is written: the grace begins', async () => {
    const w = await given();
    const { two, other, fence } = await twoTabs(w);
    await two.start(false);
    waiting.meanwhile = () => {
      two.owners.lose(other);
      return Promise.resolve();
    };
    await two.locks.move(other, take(w));
    expect(await held(w)).toMatchObject({ epoch: fence + 1, goneDeadline: w.clock.now() + 10_000 });
    await w.clock.advance(11_000);
    expect(await lockEvents(w)).toContain(`ended ${fence + 1} disconnected`);
  });
});
