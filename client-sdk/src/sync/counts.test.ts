import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { clientOf, join, said } from '../test-clients.ts';

const asked = (server: ReturnType<typeof createFakeServer>): number =>
  said(server).filter((name) => name === 'inbox.counts').length;

test('counts are asked for when somebody looks, and again a little after what changes them', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  await server.advance(10_000);
  expect([asked(server), client.counts.getSnapshot()]).toEqual([0, []]);
  const off = client.counts.subscribe(() => {});
  await server.flush();
  const support = () => client.counts.getSnapshot().find(({ inboxId }) => inboxId === 'support');
  expect(support()).toEqual({
    inboxId: 'support',
    open: 1,
    unread: 1,
    mine: 0,
    mineUnread: 0,
    unassigned: 1,
    snoozed: 0,
  });
  server.newConversation({ from: 'Otto', body: 'And I?' });
  await server.flush();
  expect(support()?.open).toBe(1);
  await server.advance(8_000);
  expect(support()?.open).toBe(2);
  await client.conversation('c1').assign('ana');
  await server.flush();
  await client.conversation('c1').markRead();
  await server.advance(8_000);
  expect(support()).toMatchObject({ unread: 1, mine: 1, mineUnread: 0, unassigned: 1 });
  off();
  const before = asked(server);
  server.newConversation({ from: 'Mia', body: 'Nobody looks' });
  await server.advance(60_000);
  expect(asked(server)).toBe(before);
});

test('a busy inbox makes nobody ask more often than every five seconds', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  client.counts.subscribe(() => {});
  for (let time = 0; time < 100; time += 1) {
    server.customerWrites('c1', `Message ${time}`);
    await server.advance(500);
  }
  expect(asked(server)).toBeGreaterThan(5);
  expect(asked(server)).toBeLessThanOrEqual(11);
});

test('counts come with the first connection, and afresh with each', async () => {
  const server = createFakeServer();
  const { client, line } = clientOf(server);
  const known = client.counts.until((counts) => counts.length > 0);
  client.counts.subscribe(() => {});
  await client.connect();
  await known;
  line.cut();
  server.newConversation({ from: 'Otto', body: 'While away' });
  line.mend();
  await server.advance(3_000);
  expect(client.counts.getSnapshot().find(({ inboxId }) => inboxId === 'support')?.open).toBe(2);
});

test('counts that could not be read for the moment are read again', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  server.refuse('inbox.counts', 'internal', { ref: 'req_1' });
  client.counts.subscribe(() => {});
  await server.flush();
  expect(client.counts.getSnapshot()).toEqual([]);
  await server.advance(8_000);
  expect(client.counts.getSnapshot()).toHaveLength(2);
});
