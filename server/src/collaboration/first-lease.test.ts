/** The lease of a new grant, from the answer until it has its full length; each played at the worst moment. */
import { LatchboxError } from '@latchbox/shared';
import { afterEach, describe, expect, test } from 'vitest';
import type { Leases } from '../cluster/leases.ts';
import { openLock } from '../database/locks.ts';
import type { Holder } from './holder.ts';
import { createWorld, type TestServer, type World, type WorldOptions } from './testing/world.ts';
import { patiently } from '../lib/testing/patiently.ts';

let world: World | undefined;
async function given(options: WorldOptions): Promise<World> {
  world = await createWorld(options);
  return world;
}
afterEach(async () => {
  await world?.close();
  world = undefined;
});

let request = 0;
const take = (w: World, { locks }: TestServer, holder: Holder) =>
  locks.acquire(holder, { conversationId: w.conversationId, requestId: `request-${++request}` });
const release = (w: World, { locks }: TestServer, holder: Holder, fence: number) =>
  locks.release(holder, { conversationId: w.conversationId, fence, reason: 'released' });
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
const token = async (w: World) => (await openLock(w.db.read, w.conversationId))?.leaseToken ?? 'none';
const stands = async (w: World) =>
  (await w.leases.check([{ key: w.conversationId, token: await token(w) }]))[0];

/** Leases whose extensions wait before they do anything, do not answer, or find something changed; and when a lease has just been taken. */
function atWork() {
  const calls: string[] = [];
  let gate: Promise<void> | undefined;
  let away = false;
  let granted: (() => Promise<void>) | undefined;
  return {
    /** What the leases did, in order. */
    calls,
    /** Extensions wait from now on, until what is returned is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = undefined;
        resolve();
      };
    },
    away: (is: boolean) => void (away = is),
    whenGranted: (what: () => Promise<void>) => void (granted = what),
    wrapLeases: (leases: Leases): Leases => ({
      ...leases,
      async acquire(key, ttl) {
        const answer = await leases.acquire(key, ttl);
        calls.push(`acquire ${ttl}: ${answer.status}`);
        const what = granted;
        granted = undefined;
        await what?.();
        return answer;
      },
      async extend(key, its, ttl) {
        calls.push('extend');
        await gate;
        if (away) throw new LatchboxError('coordination_unavailable', {});
        const answer = await leases.extend(key, its, ttl);
        calls.push(answer);
        return answer;
      },
      async release(key, its) {
        const answer = await leases.release(key, its);
        calls.push(answer);
        return answer;
      },
    }),
  };
}

/** A world in which anna is about to take the lock on server one. */
async function setting(options: WorldOptions = {}) {
  const leases = atWork();
  const w = await given({ ...options, wrapLeases: leases.wrapLeases });
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  return { leases, w, one, anna };
}

describe('a grant whose lease surely stands', () => {
  test('is answered without waiting for the full length, which comes at once and is renewed from then on', async () => {
    const { leases, w, one, anna } = await setting();
    const goOn = leases.hold();
    await take(w, one, anna);
    await patiently(() => expect(leases.calls).toEqual(['acquire 5000: granted', 'extend']));
    goOn();
    await patiently(() => expect(leases.calls).toContain('extended'));
    // Past the first length, and before the first renewal of a full one.
    await w.clock.advance(9_900);
    expect(leases.calls).toHaveLength(3);
    expect(await stands(w)).toBe('held');
    await w.clock.advance(200);
    expect(leases.calls).toHaveLength(5);
  });

  test('is uncertain when nobody says that it has its full length, and asks again while the first one lasts', async () => {
    const { leases, w, one, anna } = await setting();
    leases.away(true);
    const { fence } = await take(w, one, anna);
    expect(one.told).toEqual([]);
    await patiently(() => expect(one.told).toEqual([`${anna.sessionId} ${fence} uncertain`]));
    leases.away(false);
    await w.clock.advance(1_700);
    expect(one.told.at(-1)).toBe(`${anna.sessionId} ${fence} certain`);
    await w.clock.advance(60_000);
    expect(await stands(w)).toBe('held');
    expect(await endings(w)).toEqual([]);
  });

  test('gets a fresh one under its row when the leases forgot it', async () => {
    const { leases, w, one, anna } = await setting();
    const goOn = leases.hold();
    await take(w, one, anna);
    const first = await token(w);
    await w.leases.release(w.conversationId, first);
    goOn();
    await patiently(async () => expect(await token(w)).not.toBe(first));
    expect(await stands(w)).toBe('held');
    expect(await endings(w)).toEqual([]);
  });

  test('is over when the leases forgot it and somebody else was faster: the row says so, and nothing is taken back', async () => {
    const { leases, w, one, anna } = await setting();
    const two = w.server('two');
    const ben = await w.join(two, 'ben');
    const goOn = leases.hold();
    await take(w, one, anna);
    await w.leases.release(w.conversationId, await token(w));
    const bens = await take(w, two, ben);
    expect(await endings(w)).toEqual(['1 expired']);
    goOn();
    await patiently(() => expect(one.owners.count()).toBe(0));
    await w.clock.advance(60_000);
    expect(await openLock(w.db.read, w.conversationId)).toMatchObject({
      epoch: bens.fence,
      agentId: ben.agentId,
    });
    expect(await stands(w)).toBe('held');
  });
});

describe('what overtakes the full length of a lease', () => {
  test('its release: it does not come back, and the next one has it at once', async () => {
    const { leases, w, one, anna } = await setting();
    const goOn = leases.hold();
    const { fence } = await take(w, one, anna);
    expect(await release(w, one, anna, fence)).toEqual({ held: true });
    await patiently(() => expect(leases.calls).toContain('released'));
    goOn();
    await patiently(() => expect(leases.calls).toContain('gone'));
    // Nothing was put in its place either.
    expect(leases.calls.filter((call) => call.startsWith('acquire'))).toHaveLength(1);
    expect(one.owners.count()).toBe(0);
    expect(await codeOf(take(w, one, await w.join(one, 'ben')))).toBe('ok');
  });

  test('its release over another server: the same', async () => {
    const { leases, w, one, anna } = await setting();
    const two = w.server('two');
    const goOn = leases.hold();
    await take(w, one, anna);
    await w.db.inTransaction((tx) =>
      two.locks.endInScope(tx, { sessionId: anna.sessionId }, 'signed_out', null),
    );
    await patiently(() => expect(leases.calls).toContain('released'));
    goOn();
    await patiently(() => expect(one.owners.count()).toBe(0));
    expect(leases.calls.filter((call) => call.startsWith('acquire'))).toHaveLength(1);
    expect(await codeOf(take(w, two, await w.join(two, 'ben')))).toBe('ok');
  });

  test('the loss of the connection: the lease lasts for the grace all the same', async () => {
    const { leases, w, one, anna } = await setting();
    await one.start(false);
    const goOn = leases.hold();
    await take(w, one, anna);
    await one.sessions.connectionLost(anna);
    expect(one.owners.count()).toBe(0);
    goOn();
    await patiently(() => expect(leases.calls).toContain('extended'));
    await w.clock.advance(9_000);
    expect(await stands(w)).toBe('held');
    await w.clock.advance(2_000);
    expect(await endings(w)).toEqual(['1 disconnected']);
  });

  test('a hand-over: it goes on under the same lease', async () => {
    const { leases, w, one, anna } = await setting();
    const two = w.server('two');
    const ben = await w.join(two, 'ben');
    const goOn = leases.hold();
    const { fence } = await take(w, one, anna);
    const to = { conversationId: w.conversationId, fence, to: ben.agentId, note: '' };
    await one.locks.handOver(anna, to);
    await patiently(() => expect(leases.calls.filter((call) => call === 'extend')).toHaveLength(2));
    goOn();
    await patiently(() => expect(leases.calls.filter((call) => call === 'extended')).toHaveLength(2));
    expect([one.owners.count(), two.owners.count()]).toEqual([0, 1]);
    await w.clock.advance(60_000);
    expect(await stands(w)).toBe('held');
    expect(await endings(w)).toEqual([`${fence} handed_over`]);
  });
});

describe('after a slow commit', () => {
  /** Half of the first lease is over by then, and the check in the transaction says nothing yet. */
  const slowly = ({ leases, w }: Awaited<ReturnType<typeof setting>>) =>
    leases.whenGranted(() => w.clock.advance(2_600));

  test('the full length is the check, before the answer', async () => {
    const s = await setting();
    const { leases, w, one, anna } = s;
    slowly(s);
    await take(w, one, anna);
    expect(leases.calls).toEqual(['acquire 5000: granted', 'extend', 'extended']);
  });

  test.each([
    ['is gone', false],
    ['does not answer', true],
  ])('nothing is granted when its lease %s', async (_, away) => {
    const s = await setting();
    const { leases, w, one, anna } = s;
    slowly(s);
    leases.away(away);
    const goOn = leases.hold();
    const answer = codeOf(take(w, one, anna));
    await patiently(() => expect(leases.calls).toContain('extend'));
    if (!away) await w.leases.release(w.conversationId, await token(w));
    goOn();
    expect(await answer).toBe('coordination_unavailable');
    expect(await endings(w)).toEqual(['1 expired']);
    expect(one.owners.count()).toBe(0);
  });
});

test('over REST, where nobody renews but the holder, it has its full length before the answer', async () => {
  const { leases, w, one } = await setting();
  const { holder } = await one.sessions.start({
    agentId: w.ben.id,
    agentName: w.ben.name,
    signInId: null,
    device: 'script',
    kind: 'rest',
  });
  await take(w, one, holder);
  expect(leases.calls).toEqual(['acquire 5000: granted', 'extend', 'extended']);
});
