/** What the audit says of replies that were refused for their fence. */
import { afterEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../collaboration/testing/world.ts';
import { audit } from '../../database/schema/sqlite.ts';
import { TEST_DIALECTS, type TestDialect } from '../../database/testing/open.ts';
import { auditFences, BURST } from './fence-audit.ts';

let w: World | undefined;
afterEach(async () => {
  await w?.close();
  w = undefined;
});

/** Anna, who gave her lock back before Ben took it, and a door at which Anna sends under her old fence. */
async function overtaken(dialect: TestDialect = 'sqlite') {
  const world = await createWorld({ dialect });
  w = world;
  const server = world.server('one');
  const [anna, ben] = [await world.join(server, 'anna'), await world.join(server, 'ben')];
  const { conversationId, db, clock } = world;
  const { fence } = await server.locks.acquire(anna, { conversationId, requestId: 'req-anna-1' });
  await server.locks.release(anna, { conversationId, fence, reason: 'released' });
  await server.locks.acquire(ben, { conversationId, requestId: 'req-ben-1' });
  const door = auditFences(server.door, { db, clock });
  let sent = 0;
  const send = (clientId = `client-${++sent}`): Promise<unknown> =>
    door.send(anna, { conversationId, clientId, fence, lastSeen: 1, body: 'Too late', then: 'stay' }).then(
      () => 'stored',
      (error: { code: string }) => error.code,
    );
  const rows = async () =>
    (await db.read.select().from(audit))
      .filter(({ action }) => action === 'reply.refused')
      .map(({ actorId, objectId, details }) => ({ actorId, objectId, ...JSON.parse(details) }));
  return { world, anna, ben, door, send, rows, fence };
}

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test('a refused fence is a row, which is there when the refusal is', async () => {
    const { world, anna, send, rows, fence } = await overtaken(dialect);
    expect(await send()).toBe('lock_lost');
    expect(await rows()).toEqual([
      {
        actorId: anna.agentId,
        objectId: world.conversationId,
        clientId: 'client-1',
        fence,
        reason: 'released',
      },
    ]);
    expect(await send('client-1')).toBe('lock_lost');
    expect(await rows()).toHaveLength(2);
  });
});

test('what is stored, and what is refused for another reason, is no row', async () => {
  const { world, ben, door, rows } = await overtaken();
  const input = { conversationId: world.conversationId, fence: 2, body: 'Hello', then: 'stay' as const };
  const send = (lastSeen: number) => door.send(ben, { ...input, clientId: `client-${lastSeen}`, lastSeen });
  await expect(send(99)).rejects.toMatchObject({ code: 'invalid' });
  await expect(send(1)).resolves.toBeDefined();
  // His lock ended with his reply, and nobody has it: that is no refused fence.
  await expect(send(2)).rejects.toMatchObject({ code: 'lock_required' });
  expect(await rows()).toEqual([]);
});

test('who tries on and on fills no disk, and what was left out is counted', async () => {
  const { world, send, rows } = await overtaken();
  for (let tries = 0; tries < BURST + 7; tries += 1) expect(await send()).toBe('lock_lost');
  expect(await rows()).toHaveLength(BURST);
  await world.clock.advance(60_000);
  await send();
  await send();
  const all = await rows();
  expect(all).toHaveLength(BURST + 1);
  expect(all.filter((row) => 'leftOut' in row)).toMatchObject([
    { leftOut: 7, clientId: `client-${BURST + 8}` },
  ]);
});

test('a row that cannot be written is the answer', async () => {
  const { world, anna, fence } = await overtaken();
  const server = world.server('two');
  const db = { ...world.db, inTransaction: () => Promise.reject(new Error('no disk')) };
  const door = auditFences(server.door, { db, clock: world.clock });
  const { conversationId } = world;
  await expect(
    door.send(anna, { conversationId, clientId: 'client-x', fence, lastSeen: 1, body: 'x', then: 'stay' }),
  ).rejects.toThrow('no disk');
});
