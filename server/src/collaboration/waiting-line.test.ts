/** The waiting line (L11): who waits is told in the order of coming, and a lock that comes free is offered, never lost. */
import { afterEach, describe, expect, test } from 'vitest';
import { offerAt } from '../database/lock-offers.ts';
import { openLock, tokenHasEnded } from '../database/locks.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import {
  answer,
  codeOf,
  here,
  lastRowIsTheRow,
  refusalOf,
  rowOf,
  take,
  team,
  type Team,
  told,
  waiting,
} from './testing/passing.ts';
import type { WorldOptions } from './testing/world.ts';

let made: Team | undefined;
async function given(options: WorldOptions & { second?: boolean } = {}): Promise<Team> {
  made = await team(options);
  return made;
}
afterEach(async () => {
  await made?.w.close();
  made = undefined;
});

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test('first come, first served: an end offers it to the first, a due offer to the second, under the same lease', async () => {
    const { w, server, anna, ben, cleo, fence } = await given({ dialect });
    expect(await server.locks.join(ben, here(w))).toEqual({ state: 'waiting', place: 1 });
    expect(await server.locks.join(cleo, here(w))).toEqual({ state: 'waiting', place: 2 });
    expect(await server.locks.join(ben, here(w))).toEqual({ state: 'waiting', place: 1 });
    expect(await server.locks.join(anna, here(w))).toEqual({ state: 'held' });
    expect(await waiting(w)).toEqual(['Ben', 'Cleo']);
    const { leaseToken } = (await openLock(w.db.read, w.conversationId))!;

    await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
    const until = w.clock.now() + 15_000;
    expect((await rowOf(w)).lock).toEqual({
      status: 'reserved',
      fence,
      for: { id: ben.agentId, name: 'Ben Okafor' },
      until,
    });
    expect(await waiting(w)).toEqual(['Cleo']);
    expect(await offerAt(w.db.read, w.conversationId)).toMatchObject({ leaseToken, kind: 'turn' });
    expect(await tokenHasEnded(w.db.read, w.conversationId, leaseToken)).toBe(false);
    expect(await refusalOf(server.locks.acquire(anna, take(w)))).toMatchObject({
      code: 'lock_held',
      details: { holder: null, since: null, offeredTo: { name: 'Ben Okafor' }, until },
    });

    await w.clock.advance(15_000);
    const sweeper = await server.start(false);
    await sweeper.sweep();
    expect((await rowOf(w)).lock).toMatchObject({ status: 'reserved', for: { id: cleo.agentId } });
    expect(await codeOf(server.locks.acquire(ben, take(w)))).toBe('lock_held');
    const granted = await server.locks.acceptOffer(cleo, take(w));
    expect(granted).toMatchObject({
      fence: fence + 1,
      lock: { status: 'held', holder: { id: cleo.agentId } },
    });
    expect(await openLock(w.db.read, w.conversationId)).toMatchObject({ leaseToken, epoch: fence + 1 });
    expect(await w.leases.check([{ key: w.conversationId, token: leaseToken }])).toEqual(['held']);
    expect(await told(w)).toEqual([
      'granted 1',
      'waiting',
      'waiting',
      'ended 1 released',
      'offered',
      'offered',
      'granted 2',
    ]);
    expect((await rowOf(w)).line).toBeUndefined();
    expect(await lastRowIsTheRow(w)).toBe(true);
  });

  test('an offer that nobody takes leaves the lock free, and its lease is nobody’s', async () => {
    const { w, server, anna, ben, fence } = await given({ dialect });
    await server.locks.join(ben, here(w));
    await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
    await w.clock.advance(15_000);
    const sweeper = await server.start(false);
    await sweeper.sweep();
    expect((await rowOf(w)).lock).toEqual({ status: 'free', fence });
    expect((await told(w)).at(-1)).toBe('offer_over');
    expect((await server.locks.acquire(anna, take(w))).fence).toBe(fence + 1);
    expect(await lastRowIsTheRow(w)).toBe(true);
  });

  test('every end of a lock offers it: sent, left, session closed, disconnected, expired by the sweeper', async () => {
    const { w, server, anna, ben, cleo, fence } = await given({ dialect });
    let holder = anna;
    let next = ben;
    let number = fence;
    const sweeper = await server.start(false);
    const ends: ((fence: number) => Promise<unknown>)[] = [
      (at) => server.door.send(holder, answer(w, at)),
      () => server.locks.leave(holder, w.conversationId),
      async () => {
        await server.sessions.connectionLost(holder);
        await w.clock.advance(10_000);
        await sweeper.sweep();
      },
      () => server.sessions.close(holder, 'signed_out'),
    ];
    for (const [index, end] of ends.entries()) {
      next = [ben, anna, cleo, ben][index]!;
      await server.locks.join(next, here(w));
      await end(number);
      expect((await rowOf(w)).lock).toMatchObject({ status: 'reserved', for: { id: next.agentId } });
      number = (await server.locks.acquire(next, take(w))).fence;
      holder = next;
      if (index === 1) holder = anna;
    }
    expect(await lastRowIsTheRow(w)).toBe(true);
  });
});

test('whoever is not connected is not offered it, and keeps the place until coming back', async () => {
  const { w, server, anna, ben, cleo, fence } = await given();
  await server.locks.join(ben, here(w));
  await server.locks.join(cleo, here(w));
  await server.sessions.connectionLost(ben);
  await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
  expect((await rowOf(w)).lock).toMatchObject({ status: 'reserved', for: { id: cleo.agentId } });
  expect(await waiting(w)).toEqual(['Ben']);
  const sweeper = await server.start(false);
  await server.locks.leaveLine(cleo, here(w));
  expect((await rowOf(w)).lock.status).toBe('free');
  await server.sessions.resume({ ...ben, id: ben.sessionId, key: ben.key, signInId: null });
  await sweeper.sweep();
  expect((await rowOf(w)).lock).toMatchObject({ status: 'reserved', for: { id: ben.agentId } });
});

test('whoever is gone for long waits no more; a reload costs no place', async () => {
  const { w, server, ben } = await given();
  const sweeper = await server.start(false);
  await server.locks.join(ben, here(w));
  await server.sessions.connectionLost(ben);
  await sweeper.sweep();
  await w.clock.advance(20_000);
  expect(await waiting(w)).toEqual(['Ben']);
  await w.clock.advance(11_000);
  await sweeper.sweep();
  expect(await waiting(w)).toEqual([]);
  expect((await told(w)).at(-1)).toBe('waiting');
});

test('joining a free lock offers it at once, and a lock that was never held too', async () => {
  const { w, server, anna, ben, fence } = await given();
  await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
  const joined = await server.locks.join(ben, here(w));
  expect(joined).toEqual({ state: 'offered', until: w.clock.now() + 15_000 });
  expect(await server.locks.join(ben, here(w))).toEqual(joined);
  expect(await codeOf(server.locks.acquire(anna, take(w)))).toBe('lock_held');
  expect((await server.locks.acquire(ben, take(w))).fence).toBe(fence + 1);
});

test('declining passes the turn to the next; leaving the line twice is nothing', async () => {
  const { w, server, anna, ben, cleo, fence } = await given();
  await server.locks.join(ben, here(w));
  await server.locks.join(cleo, here(w));
  await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
  expect(await server.locks.leaveLine(ben, here(w))).toEqual({ waiting: true });
  expect((await rowOf(w)).lock).toMatchObject({ status: 'reserved', for: { id: cleo.agentId } });
  expect(await server.locks.leaveLine(ben, here(w))).toEqual({ waiting: false });
  expect(await lastRowIsTheRow(w)).toBe(true);
});

test('a reply that is stored withdraws the offer, and the next in line is asked; its author waits no more', async () => {
  const { w, server, anna, ben, cleo, fence } = await given({ times: { idleAfter: 60_000 } });
  const sweeper = await server.start(false);
  await server.locks.join(ben, here(w));
  await server.locks.join(cleo, here(w));
  await server.sessions.connectionLost(anna);
  await w.clock.advance(10_000);
  await sweeper.sweep();
  expect((await rowOf(w)).lock).toMatchObject({ status: 'reserved', for: { id: ben.agentId } });
  // Her lock ended without her wanting it: the answer is still taken.
  await server.door.send(anna, answer(w, fence));
  expect((await rowOf(w)).lock).toMatchObject({ status: 'reserved', for: { id: cleo.agentId } });
  const { fence: _fence, ...once } = answer(w, fence);
  await server.door.sendOnce(cleo, { ...once, lastSeen: undefined });
  expect((await rowOf(w)).lock).toEqual({ status: 'free', fence: fence + 1 });
  expect(await waiting(w)).toEqual([]);
  expect(await lastRowIsTheRow(w)).toBe(true);
});

test('a session that closes gives up the place with the last of its agent’s sessions only', async () => {
  const { w, server, ben } = await given();
  const tab = await w.join(server, 'ben');
  await server.locks.join(ben, here(w));
  await server.sessions.close(ben, 'left');
  expect(await waiting(w)).toEqual(['Ben']);
  await server.sessions.close(tab, 'left');
  expect(await waiting(w)).toEqual([]);
  expect(await lastRowIsTheRow(w)).toBe(true);
});

test('removing a member ends place, turn and question of that agent, in the transaction that removes', async () => {
  const { w, server, anna, ben, cleo, fence } = await given();
  await server.locks.join(ben, here(w));
  await server.locks.join(cleo, here(w));
  await server.locks.ask(cleo, { ...here(w), note: '' });
  const scope = (agentId: string) => ({ agentId, inboxId: w.inboxId });
  await w.db.inTransaction((tx) => server.locks.endInScope(tx, scope(cleo.agentId), 'access_lost', null));
  expect((await rowOf(w)).line).toMatchObject({ waiting: [{ id: ben.agentId }], asks: [] });
  await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
  await w.db.inTransaction((tx) => server.locks.endInScope(tx, scope(ben.agentId), 'access_lost', null));
  expect((await rowOf(w)).lock).toEqual({ status: 'free', fence });
  expect(await lastRowIsTheRow(w)).toBe(true);
});

test('a lock over REST that is given back costs no place in any line', async () => {
  const { w, server, ben } = await given();
  await server.locks.join(ben, here(w));
  await server.sessions.connectionLost(ben);
  const { agentId, agentName } = ben;
  const rest = await server.sessions.start({
    agentId,
    agentName,
    signInId: null,
    device: 'REST',
    kind: 'rest',
  });
  await server.sessions.close(rest.holder, 'left');
  expect(await waiting(w)).toEqual(['Ben']);
});

test('whoever acquires where a stale lock stands waits behind the line: the first in it is offered the lock', async () => {
  const { w, server, anna, ben, cleo, fence } = await given();
  await server.locks.join(ben, here(w));
  // Her server is gone, and with it the lease.
  server.owners.drop(w.conversationId, fence);
  const { leaseToken } = (await openLock(w.db.read, w.conversationId))!;
  await w.leases.release(w.conversationId, leaseToken);
  expect(await refusalOf(server.locks.acquire(cleo, take(w)))).toMatchObject({
    code: 'lock_held',
    details: { offeredTo: { name: 'Ben Okafor' } },
  });
  expect((await told(w)).slice(-2)).toEqual(['ended 1 expired', 'offered']);
  expect((await server.locks.acquire(ben, take(w))).fence).toBe(fence + 1);
  expect((await rowOf(w)).lock).toMatchObject({ holder: { id: ben.agentId } });
  expect(await codeOf(server.locks.acquire(anna, take(w)))).toBe('lock_held');
});
