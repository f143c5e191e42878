import { expect, test } from 'vitest';
import { createLatchbox } from './index.ts';
import { createFakeServer } from './testing/index.ts';

test('connects, opens, acquires, replies', async () => {
  const server = createFakeServer();
  const client = createLatchbox({
    url: 'x:',
    auth: async () => 't',
    transport: server.transport,
    runtime: server.runtime,
  });
  await client.connect();
  expect(client.me.getSnapshot()?.name).toBe('Ana');
  const conversation = client.conversation('c1');
  const view = conversation.open({ lock: 'none' });
  await conversation.ready;
  expect(conversation.lock.getSnapshot()).toEqual({ status: 'free', stale: false, queue: [], place: null });
  const lock = await conversation.lock.acquire();
  expect(conversation.lock.getSnapshot().status).toBe('mine');
  const sent = conversation.reply({ body: 'It comes tomorrow.' });
  expect(conversation.getSnapshot().outgoing).toEqual([sent.optimistic]);
  const stored = await sent.confirmed;
  expect(stored).toMatchObject({ kind: 'reply', fence: lock.fence, lateSend: false });
  await server.flush();
  expect(conversation.getSnapshot()).toMatchObject({
    status: 'ready',
    outgoing: [],
    row: { preview: { author: 'Ana' } },
  });
  expect(conversation.getSnapshot().entries.map(({ kind }) => kind)).toEqual(['message', 'reply']);
  view.release();
  await client.close();
  await server.flush();
  expect(lock.signal.aborted).toBe(true);
});

test('a duplicated tab that cannot see the first one gets a session of its own, and neither drops the other for ever', async () => {
  const server = createFakeServer();
  const first = server.newRuntime();
  const connect = async (runtime: typeof first) => {
    // Without locks between tabs, as on a page that is not secure.
    const blind = { ...runtime, locks: { hold: async () => () => undefined } };
    const client = createLatchbox({
      url: 'x:',
      auth: async () => 't',
      transport: server.transport,
      runtime: blind,
    });
    await client.connect();
    return client;
  };
  const original = await connect(first);
  const copy = await connect(server.newRuntime({ copyOf: first }));
  await server.advance(120_000);
  const sessions = [original, copy].map(({ connection }) => {
    const state = connection.getSnapshot();
    return state.name === 'connected' ? state.sessionId : state.name;
  });
  expect(new Set(sessions).size).toBe(2);
  expect(sessions).not.toContain('reconnecting');
  await Promise.all([original.close(), copy.close()]);
  await server.flush();
});
