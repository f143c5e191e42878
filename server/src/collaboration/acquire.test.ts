/** Acquires of one agent at the same time, each played at the moment between its lease and its row, or after its row. */
import { LatchboxError } from '@latchbox/shared';
import { afterEach, describe, expect, test } from 'vitest';
import type { Leases } from '../cluster/leases.ts';
import { openLock } from '../database/locks.ts';
import { givenConversation } from '../database/testing/given.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import type { Granted } from './api.ts';
import type { Holder } from './holder.ts';
import { createWorld, type TestServer, type World, type WorldOptions } from './testing/world.ts';

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
async function another(w: World): Promise<string> {
  return (await givenConversation(w.db, w.inboxId)).conversationId;
}
function take({ locks }: TestServer, holder: Holder, conversationId: string): Promise<Granted> {
  return locks.acquire(holder, { conversationId, requestId: `request-${++request}` });
}
async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (LatchboxError.is(error)) return error.code;
    throw error;
  }
}

/** Leases that let something happen once, before an extension or after a grant, and tell when one was given back. */
function watchedLeases() {
  const happens = new Map<'extend' | 'granted', () => Promise<void>>();
  const givenBack = Promise.withResolvers<void>();
  const now = async (moment: 'extend' | 'granted'): Promise<void> => {
    const what = happens.get(moment);
    happens.delete(moment);
    await what?.();
  };
  return {
    happens,
    givenBack: givenBack.promise,
    wrapLeases: (leases: Leases): Leases => ({
      ...leases,
      async acquire(...args) {
        const answer = await leases.acquire(...args);
        await now('granted');
        return answer;
      },
      async extend(...args) {
        await now('extend');
        return await leases.extend(...args);
      },
      async release(...args) {
        const answer = await leases.release(...args);
        givenBack.resolve();
        return answer;
      },
    }),
  };
}

test('one in open mode that is switched away before it is answered is told so', async () => {
  const { happens, givenBack, wrapLeases } = watchedLeases();
  const w = await given({ lockOn: 'open', wrapLeases });
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  const other = await another(w);
  // Half of its first lease is over by then, so that it has to ask before it answers.
  happens.set('granted', () => w.clock.advance(2_600));
  happens.set('extend', async () => {
    await take(one, anna, other);
    await givenBack;
  });
  const refused = await take(one, anna, w.conversationId).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'lock_lost', details: { reason: 'switched' } });
  expect(await openLock(w.db.read, w.conversationId)).toBeUndefined();
  expect(await openLock(w.db.read, other)).toMatchObject({ agentId: anna.agentId });
});

test('one that finds the last lock of its agent taken is refused, and leaves the conversation free', async () => {
  const { happens, wrapLeases } = watchedLeases();
  const w = await given({ wrapLeases });
  const one = w.server('one');
  const anna = await w.join(one, 'anna');
  await take(one, anna, await another(w));
  await take(one, anna, await another(w));
  const last = await another(w);
  happens.set('granted', async () => void (await take(one, anna, last)));
  expect(await codeOf(take(one, anna, w.conversationId))).toBe('limit');
  expect((await take(one, await w.join(one, 'ben'), w.conversationId)).fence).toBe(1);
});

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test('of six conversations that an agent takes at once it gets as many as it may hold', async () => {
    const w = await given({ dialect });
    const servers = [w.server('one'), w.server('two')];
    const asks = Array.from({ length: 6 }, async (_, at) => {
      const server = servers[at % 2]!;
      return codeOf(take(server, await w.join(server, 'anna'), await another(w)));
    });
    const answers = await Promise.all(asks);
    expect(answers.toSorted()).toEqual(['limit', 'limit', 'limit', 'ok', 'ok', 'ok']);
  });
});
