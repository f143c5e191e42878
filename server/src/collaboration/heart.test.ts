import { LatchboxError } from '@latchbox/shared';
import { afterEach, describe, expect, test } from 'vitest';
import { openLock } from '../database/locks.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
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

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test('the first who asks gets the lock and everybody else is told the right holder', async () => {
    const w = await given({ dialect });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const granted = await one.locks.acquire(anna, take(w));
    expect(granted.lock).toMatchObject({
      status: 'held',
      fence: 1,
      holder: { name: 'Anna Berg' },
      device: 'Chrome on Linux',
    });
    const ben = await w.join(one, 'ben');
    const refusal = await one.locks.acquire(ben, take(w)).catch((error: unknown) => error);
    expect(LatchboxError.is(refusal, 'lock_held') && refusal.details.holder).toEqual({
      id: w.anna.id,
      name: 'Anna Berg',
    });
  });

  test('twenty who ask at once: one grant, and nineteen are told its holder', async () => {
    const w = await given({ dialect });
    const servers = [w.server('one'), w.server('two')];
    const asks = Array.from({ length: 20 }, async (_, at) => {
      const server = servers[at % 2]!;
      const holder = await w.join(server, at % 3 === 0 ? 'anna' : 'ben', `tab ${at}`);
      return server.locks.acquire(holder, take(w));
    });
    let over = false;
    const settled = Promise.allSettled(asks).finally(() => (over = true));
    // In step with the database: whoever waits for a grant that is being written waits for as long as that takes.
    while (!over) {
      await w.clock.advance(1);
      await w.db.now();
    }
    const answers = await settled;
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    const open = await openLock(w.db.read, w.conversationId);
    for (const answer of answers) {
      if (answer.status === 'fulfilled') continue;
      const error = answer.reason as LatchboxError;
      if (LatchboxError.is(error, 'lock_held')) expect(error.details.holder?.id).toBe(open?.agentId);
      else expect(error.code).toBe('lock_elsewhere');
    }
  });

  test('the same request again answers the same fence', async () => {
    const w = await given({ dialect });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const input = take(w);
    const first = await one.locks.acquire(anna, input);
    expect((await one.locks.acquire(anna, input)).fence).toBe(first.fence);
    expect((await one.locks.acquire(anna, take(w))).fence).toBe(first.fence);
  });

  test('one agent in another tab is told so, not locked out by a stranger', async () => {
    const w = await given({ dialect });
    const one = w.server('one');
    await one.locks.acquire(await w.join(one, 'anna'), take(w));
    expect(await codeOf(one.locks.acquire(await w.join(one, 'anna', 'phone'), take(w)))).toBe(
      'lock_elsewhere',
    );
  });

  test('a reply under the newest fence is stored; a forged and somebody else’s fence are lock_lost', async () => {
    const w = await given({ dialect });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const ben = await w.join(one, 'ben');
    const { fence } = await one.locks.acquire(anna, take(w));
    const send = {
      conversationId: w.conversationId,
      lastSeen: 1,
      body: 'On its way.',
      then: 'stay' as const,
    };
    expect(await codeOf(one.door.send(ben, { ...send, clientId: 'ben-00001', fence }))).toBe('lock_lost');
    expect(await codeOf(one.door.send(anna, { ...send, clientId: 'anna-0001', fence: fence + 1 }))).toBe(
      'lock_lost',
    );
    const stored = await one.door.send(anna, { ...send, clientId: 'anna-0002', fence });
    expect(stored.entry).toMatchObject({ position: 2, fence, lateSend: false });
    expect(await endings(w)).toEqual([`${fence} sent`]);
  });

  // In compose mode the first of them ends the lock under which the others were sent.
  test.each(['open', 'compose'] as const)(
    'equal client ids store one reply and answer alike (%s)',
    async (lockOn) => {
      const w = await given({ dialect, lockOn });
      const one = w.server('one');
      const anna = await w.join(one, 'anna');
      const { fence } = await one.locks.acquire(anna, take(w));
      const send = {
        conversationId: w.conversationId,
        clientId: 'same-0001',
        fence,
        lastSeen: 1,
        body: 'Yes.',
        then: 'stay' as const,
      };
      const answers = await Promise.all(Array.from({ length: 20 }, () => one.door.send(anna, send)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(await codeOf(one.door.send(anna, { ...send, body: 'No.' }))).toBe('idempotency_mismatch');
      expect((await w.events()).filter((event) => event.type === 'entry.added')).toHaveLength(1);
    },
  );

  test('a lock that was given back does not send', async () => {
    const w = await given({ dialect });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const { fence } = await one.locks.acquire(anna, take(w));
    expect(
      await one.locks.release(anna, { conversationId: w.conversationId, fence, reason: 'released' }),
    ).toEqual({ held: true });
    expect(
      await one.locks.release(anna, { conversationId: w.conversationId, fence, reason: 'released' }),
    ).toEqual({ held: false });
    const send = {
      conversationId: w.conversationId,
      clientId: 'gave-0001',
      fence,
      lastSeen: 1,
      body: 'Hm.',
      then: 'stay' as const,
    };
    expect(await codeOf(one.door.send(anna, send))).toBe('lock_required');
  });

  test('a send without a lock is refused while a colleague holds it, and fences a former holder', async () => {
    const w = await given({ dialect });
    const one = w.server('one');
    const anna = await w.join(one, 'anna');
    const { fence } = await one.locks.acquire(anna, take(w));
    const ben = { agentId: w.ben.id, agentName: w.ben.name };
    const once = {
      conversationId: w.conversationId,
      lastSeen: undefined,
      body: 'By key.',
      then: 'stay' as const,
    };
    expect(await codeOf(one.door.sendOnce(ben, { ...once, clientId: 'key-00001' }))).toBe('lock_held');
    await one.locks.leave(anna, w.conversationId);
    const stored = await one.door.sendOnce(ben, { ...once, clientId: 'key-00002' });
    expect(stored.entry.fence).toBe(fence + 1);
    const send = {
      conversationId: w.conversationId,
      clientId: 'anna-0009',
      fence,
      lastSeen: 1,
      body: 'Mine.',
      then: 'stay' as const,
    };
    expect(await codeOf(one.door.send(anna, send))).toBe('lock_lost');
  });
});
