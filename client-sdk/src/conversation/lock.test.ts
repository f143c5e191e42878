import { LatchboxError } from '@latchbox/shared/errors';
import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join, rejection, said } from '../test-clients.ts';

async function opened(agentId = 'ana', id = 'c1', lock: 'if-free' | 'none' = 'if-free') {
  const server = createFakeServer();
  const joined = await join(server, agentId);
  const conversation = joined.client.conversation(id);
  const lease = conversation.open({ lock });
  await conversation.ready;
  await server.flush();
  return { server, ...joined, conversation, lease };
}

test('an acquire is one command, and so is a release', async () => {
  const { server, conversation } = await opened('ana', 'c1', 'none');
  const before = server.commands.length;
  const lock = await conversation.lock.acquire();
  await lock.release();
  expect(server.commands.slice(before).map(({ name }) => name)).toEqual(['lock.acquire', 'lock.release']);
});

test('opening a conversation that is known to be free asks for its lock in the same breath', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  await client.list().until(({ status }) => status === 'ready');
  client.conversation('c1').open();
  expect(client.conversation('c1').lock.getSnapshot().status).toBe('requesting');
  await server.flush();
  expect(said(server).slice(1, 3)).toEqual(['conversation.open', 'lock.acquire']);
  expect(client.conversation('c1').lock.getSnapshot().status).toBe('mine');
});

test('who may only read never asks for the lock', async () => {
  const server = createFakeServer();
  server.setCapability('ben', 'support', 'read');
  const { client } = await join(server, 'ben');
  const conversation = client.conversation('c1');
  conversation.open();
  await conversation.ready;
  conversation.activity('reply');
  await server.flush();
  expect(said(server)).not.toContain('lock.acquire');
});

test('acquiring twice at once is one request, and acquiring what is mine none', async () => {
  const { server, conversation } = await opened('ana', 'c1', 'none');
  const [one, two] = await Promise.all([conversation.lock.acquire(), conversation.lock.acquire()]);
  expect(one).toBe(two);
  expect(await conversation.lock.acquire()).toBe(one);
  expect(said(server).filter((name) => name === 'lock.acquire')).toHaveLength(1);
});

test('of two that wait for one request, one may give up', async () => {
  const { conversation } = await opened('ana', 'c1', 'none');
  const abort = new AbortController();
  const given = rejection(conversation.lock.acquire({ signal: abort.signal }));
  const kept = conversation.lock.acquire();
  abort.abort();
  expect(await given).toMatchObject({ code: 'aborted' });
  expect((await kept).signal.aborted).toBe(false);
});

test('news with a lower fence than the highest one seen is old news (R13)', async () => {
  const { server, conversation } = await opened();
  const lock = conversation.lock.getSnapshot();
  if (lock.status !== 'mine') throw new Error('not mine');
  const stored = server.world.conversations.get('c1');
  if (stored === undefined) throw new Error('no c1');
  const old = { ...server.world.row(stored), lock: { status: 'free' as const, fence: 0 } };
  server.world.append('inbox:support', { type: 'draft.changed', row: old });
  server.gateway.flush();
  await server.flush();
  expect(conversation.getSnapshot().row?.lock.fence).toBe(0);
  expect(conversation.lock.getSnapshot()).toBe(lock);
});

test('an answer that comes after the news of its end does not bring the lock back', async () => {
  const { server, conversation } = await opened('ana', 'c1', 'none');
  server.gateway.held.add('lock.acquire');
  const acquiring = rejection(conversation.lock.acquire());
  await server.flush();
  expect(conversation.lock.getSnapshot().status).toBe('mine');
  server.endLock('c1', 'expired');
  await server.flush();
  expect(conversation.lock.getSnapshot().status).toBe('requesting');
  server.gateway.letGo();
  expect(await acquiring).toMatchObject({ code: 'lock_lost', details: { reason: 'expired' } });
  await server.flush();
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'free' });
});

test('a lost lock stays lost until it is dismissed or taken again, and names who has it now', async () => {
  const { server, client, conversation } = await opened();
  const told: unknown[] = [];
  client.on('lock.lost', (data) => told.push(data));
  const state = conversation.lock.getSnapshot();
  if (state.status !== 'mine') throw new Error('not mine');
  server.endLock('c1', 'taken_over');
  server.colleague('ben').takes('c1');
  await server.flush();
  expect(conversation.lock.getSnapshot()).toMatchObject({
    status: 'lost',
    reason: 'taken_over',
    now: { holder: { name: 'Ben' } },
  });
  expect(told).toEqual([{ conversationId: 'c1', reason: 'taken_over', now: 'free', by: null, note: '' }]);
  expect(state.lock.signal.reason).toMatchObject({ code: 'lock_lost', details: { reason: 'taken_over' } });
  server.colleague('ben').releases('c1');
  await server.flush();
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'lost', now: 'free' });
  conversation.lock.dismiss();
  expect(conversation.lock.getSnapshot().status).toBe('free');
  await conversation.lock.acquire();
  expect(conversation.lock.getSnapshot().status).toBe('mine');
});

test('giving it back shows it as free at once, and nothing as lost', async () => {
  const { server, client, conversation } = await opened();
  const lost: unknown[] = [];
  client.on('lock.lost', (data) => lost.push(data));
  const releasing = conversation.lock.release();
  expect(conversation.lock.getSnapshot().status).toBe('free');
  await releasing;
  await server.flush();
  expect(conversation.lock.getSnapshot().status).toBe('free');
  await conversation.lock.release();
  expect(said(server).filter((name) => name === 'lock.release')).toHaveLength(1);
  expect(lost).toEqual([]);
});

test('a lock that could not be given back is shown as what it is', async () => {
  const { server, conversation } = await opened();
  server.refuse('lock.release', 'coordination_unavailable', {});
  expect(await rejection(conversation.lock.release())).toMatchObject({ code: 'coordination_unavailable' });
  expect(conversation.lock.getSnapshot().status).toBe('mine');
});

test('run gives it back, whatever the work does', async () => {
  const { server, conversation } = await opened('ana', 'c1', 'none');
  expect(await conversation.lock.run(async ({ fence }) => Number(fence))).toBe(1);
  const error = await rejection(
    conversation.lock.run(async () => {
      throw new Error('the work failed');
    }),
  );
  expect(error).toMatchObject({ message: 'the work failed' });
  await server.flush();
  expect(server.world.conversations.get('c1')?.lock).toBeNull();
});

test('a handle of an older lock gives nothing back', async () => {
  const { conversation } = await opened('ana', 'c1', 'none');
  const old = await conversation.lock.acquire();
  await old.release();
  await conversation.lock.acquire();
  await old.release();
  expect(conversation.lock.getSnapshot().status).toBe('mine');
});

test('the first keystroke during the question says "stay", once, and the rest are volatile', async () => {
  const { server, conversation } = await opened();
  server.setTimes('support', { idleAfter: 10_000, idleGrace: 5_000 });
  conversation.lock.stay();
  await server.advance(10_100);
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'mine', idle: { phase: 'asked' } });
  const before = server.commands.length;
  conversation.activity('reply');
  conversation.activity('reply');
  conversation.activity('reply');
  await server.flush();
  expect(server.commands.slice(before).map(({ name }) => name)).toEqual(['lock.stay', 'activity']);
  expect(conversation.lock.getSnapshot()).toMatchObject({ idle: { phase: 'active' } });
});

test('reading is no answer to the question', async () => {
  const { server, conversation } = await opened();
  server.setTimes('support', { idleAfter: 10_000, idleGrace: 5_000 });
  conversation.lock.stay();
  await server.advance(10_100);
  conversation.activity('reading');
  await server.flush();
  expect(said(server).filter((name) => name === 'lock.stay')).toHaveLength(1);
});

test('the question is told once as an event', async () => {
  const { server, client } = await opened();
  const asked: unknown[] = [];
  client.on('idle.asked', (data) => asked.push(data));
  await server.advance(200_000);
  expect(asked).toEqual([{ conversationId: 'c1', deadline: expect.any(Number) }]);
});

test('a lease that cannot be renewed is shown as uncertain to its holder', async () => {
  const { server, conversation } = await opened();
  const [connection] = server.network.connections;
  const item = { t: 'lock.uncertain', conversationId: 'c1', fence: 1, uncertain: true };
  connection?.frame({ items: [item, { ...item, fence: 7, uncertain: false }] });
  await server.flush();
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'mine', uncertain: true });
  connection?.frame({ items: [{ ...item, uncertain: false }] });
  await server.flush();
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'mine', uncertain: false });
});

test('without a connection the last word is shown as stale, after a while only what is mine', async () => {
  const { server, line, conversation } = await opened();
  line.cut();
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'mine', stale: true, uncertain: false });
  await server.advance(5_100);
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'mine', stale: true, uncertain: true });
  const ben = await opened('ben', 'c1', 'none');
  ben.server.colleague('ana').takes('c1');
  await ben.server.flush();
  ben.line.cut();
  expect(ben.conversation.lock.getSnapshot()).toMatchObject({ status: 'theirs', stale: true });
  await ben.server.advance(5_100);
  expect(ben.conversation.lock.getSnapshot()).toMatchObject({ status: 'unknown', stale: true });
});

test('a session that was replaced while away has lost its locks', async () => {
  const { server, line, conversation } = await opened();
  line.cut();
  await server.advance(11_000);
  for (const session of server.gateway.sessions()) session.ended = true;
  line.mend();
  await server.advance(9_000);
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'lost', reason: 'disconnected' });
});

test('a conversation that is reserved for somebody is shown so', async () => {
  const { server, conversation } = await opened('ana', 'c1', 'none');
  const stored = server.world.conversations.get('c1');
  if (stored === undefined) throw new Error('no c1');
  const until = server.now() + 15_000;
  stored.reserved = { for: { id: 'ben', name: 'Ben' }, until };
  server.world.tell(stored, (row) => ({ type: 'draft.changed', row }));
  server.gateway.flush();
  await server.flush();
  expect(conversation.lock.getSnapshot()).toEqual({
    status: 'reserved',
    for: { id: 'ben', name: 'Ben' },
    until,
    mayTakeOver: true,
    stale: false,
    queue: [],
    place: null,
  });
  const error = await rejection(conversation.lock.acquire());
  expect(LatchboxError.is(error, 'lock_held') && error.details.offeredTo?.name).toBe('Ben');
});

test('what the client does by itself and is refused is told as an error event', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const errors: unknown[] = [];
  client.on('error', ({ during, error }) => errors.push(`${during}: ${error.code}`));
  server.refuse('lock.acquire', 'coordination_unavailable', {});
  client.conversation('c1').open();
  await server.flush();
  expect(errors).toEqual(['lock.acquire: coordination_unavailable']);
  expect(client.conversation('c1').lock.getSnapshot().status).toBe('free');
});

test('a lock moves here from another tab, which says so and has lost nothing', async () => {
  const { server, conversation } = await opened();
  const held = conversation.lock.getSnapshot();
  if (held.status !== 'mine') throw new Error('not mine');
  const other = (await join(server)).client.conversation('c1');
  other.open({ lock: 'none' });
  await other.ready;
  expect(other.lock.getSnapshot().status).toBe('mine-elsewhere');
  const moved = await other.lock.moveHere();
  expect(moved.fence).toBeGreaterThan(held.lock.fence);
  await server.flush();
  expect(other.lock.getSnapshot()).toMatchObject({ status: 'mine', lock: { fence: moved.fence } });
  expect(held.lock.signal.reason).toMatchObject({ code: 'lock_lost', details: { reason: 'moved' } });
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'mine-elsewhere' });
  expect(await other.lock.moveHere()).toBe(moved);
  expect(said(server).filter((name) => name === 'lock.move')).toHaveLength(1);
});

test('there is nothing to move where nobody holds it, or somebody else does', async () => {
  const { server, conversation } = await opened('ana', 'c1', 'none');
  expect(await rejection(conversation.lock.moveHere())).toMatchObject({ code: 'lock_required' });
  server.colleague('ben').takes('c1');
  await server.flush();
  expect(await rejection(conversation.lock.moveHere())).toMatchObject({ code: 'lock_held' });
  expect(conversation.lock.getSnapshot().status).toBe('theirs');
});

test('moving here does not wait for an acquire that is refused because it is elsewhere', async () => {
  const { server, conversation } = await opened('ana', 'c1', 'none');
  server.colleague('ana').takes('c1');
  await server.flush();
  const acquiring = rejection(conversation.lock.acquire());
  const moving = conversation.lock.moveHere();
  expect(await acquiring).toMatchObject({ code: 'lock_elsewhere' });
  expect((await moving).signal.aborted).toBe(false);
  expect(conversation.lock.getSnapshot().status).toBe('mine');
});
