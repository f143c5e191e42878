import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join, rejection, said } from '../test-clients.ts';

test('remounting within the linger neither leaves nor gives the lock back', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  const first = conversation.open();
  first.release();
  const second = conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  second.release();
  await server.advance(200);
  const third = conversation.open();
  await server.advance(2_000);
  expect(said(server).filter((name) => name === 'conversation.leave')).toEqual([]);
  third.release();
  third.release();
  await server.advance(300);
  expect(said(server).filter((name) => name === 'conversation.leave')).toHaveLength(1);
  expect(server.world.conversations.get('c1')?.ended?.reason).toBe('left');
});

test('the signal that was given to open releases the lease', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const abort = new AbortController();
  client.conversation('c1').open({ signal: abort.signal });
  await client.conversation('c1').ready;
  abort.abort();
  await server.advance(300);
  expect(said(server)).toContain('conversation.leave');
});

test('a lease can be used with using', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  {
    using view = client.conversation('c1').open({ lock: 'none' });
    await client.conversation('c1').ready;
    expect(view.release).toBeTypeOf('function');
  }
  await server.advance(300);
  expect(said(server)).toEqual(['conversation.open', 'conversation.leave']);
});

test('a conversation that was left while offline is left when the connection is back', async () => {
  const server = createFakeServer();
  const { client, line } = await join(server);
  const conversation = client.conversation('c1');
  const lease = conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  line.cut();
  lease.release();
  await server.advance(500);
  line.mend();
  await server.advance(5_000);
  expect(server.world.conversations.get('c1')?.lock).toBeNull();
  expect(server.world.conversations.get('c1')?.ended?.reason).toBe('left');
});

test('ready is one promise; it rejects for what is not there, and may be asked for again', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const there = client.conversation('c1');
  expect(there.ready).toBe(there.ready);
  there.open({ lock: 'none' });
  await there.ready;
  const missing = client.conversation('nowhere');
  missing.open();
  expect(await rejection(missing.ready)).toMatchObject({ code: 'not_found' });
  expect(missing.getSnapshot()).toMatchObject({ status: 'gone', error: { code: 'not_found' } });
});

test('a thread that could not be read for the moment is read again', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  server.refuse('conversation.open', 'internal', { ref: 'req_1' });
  const conversation = client.conversation('c1');
  conversation.open({ lock: 'none' });
  await server.flush();
  expect(conversation.getSnapshot().status).toBe('loading');
  await server.advance(2_100);
  expect(conversation.getSnapshot().status).toBe('ready');
});

test('what comes while the thread is being read is in it afterwards', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  server.gateway.held.add('conversation.open');
  conversation.open({ lock: 'none' });
  await server.flush();
  server.customerWrites('c1', 'While it is read');
  server.colleague('ben').notes('c1', 'This too');
  await server.flush();
  expect(conversation.getSnapshot()).toMatchObject({ status: 'loading', row: { newestPosition: 3 } });
  server.gateway.letGo();
  await conversation.ready;
  expect(conversation.getSnapshot().entries.map(({ position }) => position)).toEqual([1, 2, 3]);
  expect(conversation.getSnapshot().row?.newestPosition).toBe(3);
});

test('a thread that was left while it was being read is not read', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  server.gateway.held.add('conversation.open');
  const lease = conversation.open({ lock: 'none' });
  await server.flush();
  lease.release();
  await server.advance(300);
  server.gateway.letGo();
  await server.flush();
  expect(conversation.getSnapshot()).toMatchObject({ status: 'idle', entries: [] });
});

test('older entries are added before the others', async () => {
  const server = createFakeServer();
  for (let number = 2; number <= 130; number += 1) server.customerWrites('c1', `Message ${number}`);
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open({ lock: 'none' });
  await conversation.ready;
  const positions = (): number[] => conversation.getSnapshot().entries.map(({ position }) => position);
  expect([positions()[0], positions().length, conversation.getSnapshot().hasMore]).toEqual([81, 50, true]);
  await conversation.older();
  await conversation.older();
  expect(positions()).toEqual(Array.from({ length: 130 }, (_, index) => index + 1));
  expect(conversation.getSnapshot().hasMore).toBe(false);
  await conversation.older();
  expect(said(server).filter((name) => name === 'conversation.older')).toHaveLength(2);
});

test('after a reconnect the thread keeps what was loaded before', async () => {
  const server = createFakeServer();
  for (let number = 2; number <= 80; number += 1) server.customerWrites('c1', `Message ${number}`);
  const { client, line } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open({ lock: 'none' });
  await conversation.ready;
  await conversation.older();
  const [first] = conversation.getSnapshot().entries;
  line.blink();
  server.customerWrites('c1', 'One more');
  await server.advance(3_000);
  expect(conversation.getSnapshot().entries).toHaveLength(81);
  expect(conversation.getSnapshot().entries[0]).toBe(first);
});

test('a delivery state is told in its entry', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  const { position } = await conversation.reply({ body: 'On its way.' }).confirmed;
  const delivery = { state: 'sent' as const, at: server.now() };
  server.world.append('inbox:support', { type: 'reply.delivery', conversationId: 'c1', position, delivery });
  server.gateway.flush();
  await server.flush();
  expect(conversation.getSnapshot().entries.at(-1)).toMatchObject({ delivery });
});
