import { expect, test } from 'vitest';
import { createFakeServer } from './testing/index.ts';
import { join } from './test-clients.ts';

test('on tells what happens until it is taken back or its signal aborts', async () => {
  const server = createFakeServer();
  const { client, logged } = await join(server);
  const seen: string[] = [];
  const abort = new AbortController();
  const off = client.on('entry.added', ({ entry }) => seen.push(`one ${entry.position}`));
  client.on('entry.added', () => {
    throw new Error('broken');
  });
  client.on('entry.added', ({ entry }) => seen.push(`two ${entry.position}`), { signal: abort.signal });
  server.customerWrites('c1', 'A');
  await server.flush();
  off();
  server.customerWrites('c1', 'B');
  await server.flush();
  abort.abort();
  server.customerWrites('c1', 'C');
  await server.flush();
  expect(seen).toEqual(['one 2', 'two 2', 'two 3']);
  expect(logged.filter((line) => line === 'error: A listener threw.')).toHaveLength(3);
});

test('events are collected from the call on, and end with the client', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const events = client.events(['entry.added', 'lock.lost']);
  server.customerWrites('c1', 'A');
  server.customerWrites('c1', 'B');
  await server.flush();
  const seen: string[] = [];
  for await (const event of events) {
    if (event.name === 'entry.added') seen.push(`${event.data.conversationId} ${event.data.entry.position}`);
    if (seen.length === 2) void client.close();
  }
  expect(seen).toEqual(['c1 2', 'c1 3']);
});

test('a loop over events ends with its signal', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const abort = new AbortController();
  const looping = (async () => {
    for await (const _event of client.events(['event'], { signal: abort.signal })) return 'an event';
    return 'the end';
  })();
  abort.abort();
  expect(await looping).toBe('the end');
});
