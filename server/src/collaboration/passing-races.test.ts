/** What is committed by others while a transaction that passes a lock on waits for its row: whoever was first is right. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Leases } from '../cluster/leases.ts';
import type { Tx } from '../database/database.ts';
import { closeAsks } from '../database/lock-asks.ts';
import { dropOffer, offerAt } from '../database/lock-offers.ts';
import { endEpoch } from '../database/locks.ts';
import { endSession } from '../database/sessions.ts';
import { silentLog } from '../lib/log.ts';
import { beginUnder } from './begin-epoch.ts';
import { codeOf, here, refusalOf, rowOf, take, team, type Team, told } from './testing/passing.ts';
import type { WorldOptions } from './testing/world.ts';
import { nextTurn } from './waiting-line.ts';
import { patiently } from '../lib/testing/patiently.ts';

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

let made: Team | undefined;
async function given(options: Parameters<typeof team>[0] = {}): Promise<Team> {
  made = await team(options);
  return made;
}
afterEach(async () => {
  waiting.meanwhile = undefined;
  await made?.w.close();
  made = undefined;
});

/** Ben is offered what Anna gave back, Cleo waits. */
async function offered(options?: WorldOptions): Promise<Team> {
  const all = await given(options);
  const { w, server, anna, ben, cleo, fence } = all;
  await server.locks.join(ben, here(w));
  await server.locks.join(cleo, here(w));
  await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
  return all;
}

test('an offer that is accepted while the sweeper waits for its row goes to nobody else', async () => {
  const { w, server, ben, fence } = await offered();
  const sweeper = await server.start(false);
  await w.clock.advance(15_000 - 1);
  waiting.meanwhile = async (tx) => {
    const offer = (await offerAt(tx.db, w.conversationId))!;
    await dropOffer(tx, w.conversationId, 'turn');
    const grant = {
      ...here(w),
      to: ben,
      token: offer.leaseToken,
      requestId: 'his',
      lockOn: 'compose',
    } as const;
    await beginUnder(tx, grant);
  };
  await w.clock.advance(1);
  await sweeper.sweep();
  expect(waiting.meanwhile).toBeUndefined();
  expect((await rowOf(w)).lock).toMatchObject({
    status: 'held',
    fence: fence + 1,
    holder: { id: ben.agentId },
  });
});

test('an offer that the sweeper takes away while its agent accepts is refused, with whose turn it is', async () => {
  const { w, server, ben, cleo } = await offered();
  waiting.meanwhile = async (tx) => {
    const deps = { leases: w.leases, wake: () => undefined, log: silentLog, there: server.connected };
    await nextTurn(tx, deps, (await offerAt(tx.db, w.conversationId))!);
  };
  expect(await refusalOf(server.locks.acceptOffer(ben, take(w)))).toMatchObject({
    code: 'lock_held',
    details: { offeredTo: { id: cleo.agentId } },
  });
});

test('a question that is kept while its deadline waits for the row ends no lock', async () => {
  const { w, server, ben, fence } = await given();
  const sweeper = await server.start(false);
  await server.locks.ask(ben, { ...here(w), note: '' });
  await w.clock.advance(60_000 - 1);
  waiting.meanwhile = (tx) => closeAsks(tx, { ...here(w), epoch: fence }, 'kept');
  await w.clock.advance(1);
  await sweeper.sweep();
  expect(waiting.meanwhile).toBeUndefined();
  expect((await rowOf(w)).lock).toMatchObject({ status: 'held', fence });
});

test('a lock that ends while it is handed over, taken over or passed to who asks is passed to nobody', async () => {
  const { w, server, anna, ben, fence } = await given();
  const { agents } = await import('../database/schema/sqlite.ts');
  await w.db.inTransaction(async (tx) => void (await tx.db.update(agents).set({ role: 'admin' })));
  const { askId } = await server.locks.ask(ben, { ...here(w), note: '' });
  const ends = (tx: Tx) => endEpoch(tx, { ...here(w), epoch: fence }, { reason: 'released', by: null });
  waiting.meanwhile = ends;
  const hand = { ...here(w), fence, to: ben.agentId, note: '' };
  expect(await codeOf(server.locks.handOver(anna, hand))).toBe('lock_lost');
  waiting.meanwhile = ends;
  expect(await codeOf(server.locks.takeOver(ben, { ...take(w), note: '' }))).toBe('lock_required');
  waiting.meanwhile = ends;
  expect(await codeOf(server.locks.answer(anna, { ...here(w), askId, decision: 'pass' }))).toBe('lock_lost');
  expect(await told(w)).toEqual(['granted 1', 'asked_for']);
});

test('asker gone: a session that ends while the lock is passed to it does not get it', async () => {
  const { w, server, anna, ben, fence } = await given();
  const { askId } = await server.locks.ask(ben, { ...here(w), note: '' });
  await w.db.inTransaction((tx) => endSession(tx, ben.sessionId));
  expect(await codeOf(server.locks.answer(anna, { ...here(w), askId, decision: 'pass' }))).toBe('conflict');
  expect((await rowOf(w)).lock).toMatchObject({ status: 'held', fence, holder: { id: anna.agentId } });
});

test.each([false, true])(
  'an heir whose connection goes away in the very instant has its reconnect grace (another server: %s)',
  async (second) => {
    const { w, server, other, anna, ben, fence } = await given({ second });
    waiting.meanwhile = () => other.sessions.connectionLost(ben);
    const hand = { ...here(w), fence, to: ben.agentId, note: '' };
    expect(await server.locks.handOver(anna, hand)).toEqual({ state: 'passed' });
    await w.clock.advance(0);
    const until = w.clock.now() + 10_000;
    await patiently(async () =>
      expect((await rowOf(w)).lock).toMatchObject({
        status: 'held',
        fence: fence + 1,
        goneDeadline: until,
      }),
    );
    const back = await other.sessions.resume({ ...ben, id: ben.sessionId, signInId: null });
    expect(back?.locks).toMatchObject([{ lock: { fence: fence + 1, goneDeadline: null } }]);
  },
);

test('an acquire that waited with a lease of its own ends no lock that was granted meanwhile', async () => {
  let meanwhile: ((token: string) => Promise<unknown>) | undefined;
  const wrapLeases = (leases: Leases): Leases => ({
    ...leases,
    async acquire(...asked) {
      const lease = await leases.acquire(...asked);
      const happens = meanwhile;
      meanwhile = undefined;
      if (lease.status !== 'held') await happens?.(lease.token);
      return lease;
    },
  });
  const { w, server, ben, cleo, fence } = await offered({ wrapLeases });
  const offer = (await offerAt(w.db.read, w.conversationId))!;
  // The store of leases is emptied, so that Cleo gets one; and again, so that Ben goes on under a fresh one.
  await w.leases.release(w.conversationId, offer.leaseToken);
  meanwhile = async (hers) => {
    await w.leases.release(w.conversationId, hers);
    const lease = await w.leases.acquire(w.conversationId, 15_000);
    if (lease.status === 'held') throw new Error("the lease is somebody else's");
    const his = { to: ben, token: lease.token, requestId: 'his', lockOn: 'compose' } as const;
    await w.db.inTransaction(async (tx) => {
      await dropOffer(tx, w.conversationId, 'turn');
      await beginUnder(tx, { ...here(w), ...his });
    });
  };
  expect(await codeOf(server.locks.acquire(cleo, take(w)))).toBe('lock_held');
  expect(meanwhile).toBeUndefined();
  expect((await rowOf(w)).lock).toMatchObject({ fence: fence + 1, holder: { id: ben.agentId } });
});
