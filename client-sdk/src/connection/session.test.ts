import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { clientOf, join, rejection } from '../test-clients.ts';

function sessionOf({ client }: Awaited<ReturnType<typeof join>>): string | undefined {
  const state = client.connection.getSnapshot();
  return state.name === 'connected' ? state.sessionId : undefined;
}

test('a reloaded tab carries its session on', async () => {
  const server = createFakeServer();
  const before = await join(server);
  before.line.cut();
  before.runtime.unload();
  const after = await join(server, 'ana', { runtime: before.runtime });
  expect(sessionOf(after)).toBeDefined();
  expect(after.client.connection.getSnapshot()).toMatchObject({ resumed: true });
});

test('a duplicated tab finds its session taken and begins one of its own', async () => {
  const server = createFakeServer();
  const original = await join(server);
  const copy = await join(server, 'ana', { runtime: server.newRuntime({ copyOf: original.runtime }) });
  expect(copy.client.connection.getSnapshot()).toMatchObject({ resumed: false });
  expect(sessionOf(copy)).not.toBe(sessionOf(original));
  await server.advance(60_000);
  expect(original.client.connection.getSnapshot()).toMatchObject({ name: 'connected' });
});

test('a hello that was left without an answer, and is followed after the next one, costs neither the session nor its locks', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open();
  const mine = await conversation.lock.until(({ status }) => status === 'mine');
  const session = client.connection.getSnapshot();
  server.gateway.mute.add('hello');
  server.drop();
  await server.advance(1_000);
  server.gateway.mute.clear();
  server.drop();
  await server.advance(2_000);
  expect(client.connection.getSnapshot()).toMatchObject({ ...session, resumed: true });
  // What a server says when it takes the first of the two hellos for the newer one.
  server.goodbye('ana', 'conflict');
  await server.advance(2_000);
  expect(client.connection.getSnapshot()).toMatchObject({ ...session, resumed: true });
  expect(conversation.lock.getSnapshot()).toMatchObject({
    status: 'mine',
    since: mine.status === 'mine' && mine.since,
  });
  // Said again without such a hello, it means another tab with the same session, which keeps it.
  server.goodbye('ana', 'conflict');
  await server.advance(2_000);
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'connected', resumed: false });
});

test('a session that the server does not know any more is quietly replaced', async () => {
  const server = createFakeServer();
  const runtime = server.newRuntime();
  runtime.storage.set('latchbox.session', 'ses_of_old sixteen-characters');
  const { client } = await join(server, 'ana', { runtime });
  expect(client.connection.getSnapshot()).toMatchObject({ resumed: false });
});

test('nonsense in the storage is ignored', async () => {
  const server = createFakeServer();
  for (const stored of ['', ' ', 'ses_1', ' key', '{"id":1,"key":2}', 'an id/key that no server gave']) {
    const runtime = server.newRuntime();
    runtime.storage.set('latchbox.session', stored);
    const { client } = clientOf(server, 'ana', { runtime });
    rejection(client.connect()).catch(() => {});
    await server.advance(3_000);
    expect(client.connection.getSnapshot(), stored).toMatchObject({ name: 'connected' });
    await client.close();
  }
});

test('locks of a resumed session are given back when the page does not open their conversations', async () => {
  const server = createFakeServer();
  const before = await join(server);
  const conversation = before.client.conversation('c1');
  conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  before.line.cut();
  before.runtime.unload();
  const after = await join(server, 'ana', { runtime: before.runtime });
  expect(after.client.conversation('c1').lock.getSnapshot().status).toBe('mine');
  await server.advance(6_000);
  expect(server.world.conversations.get('c1')?.ended?.reason).toBe('left');
  expect(after.client.conversation('c1').lock.getSnapshot().status).toBe('free');
});
