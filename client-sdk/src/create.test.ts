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
  expect(conversation.lock.getSnapshot()).toEqual({ status: 'free', stale: false });
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
