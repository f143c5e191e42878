import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join, rejection } from '../test-clients.ts';

test('a snoozed conversation leaves the open list, and comes back by itself', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const open = client.list({ status: 'open', inboxIds: ['support'] });
  const snoozed = client.list({ status: 'snoozed' });
  await open.until(({ status }) => status === 'ready');
  await snoozed.until(({ status }) => status === 'ready');
  const until = server.now() + 3_600_000;
  await client.conversation('c1').snooze(until);
  await server.flush();
  expect(open.getSnapshot().rows).toEqual([]);
  expect(snoozed.getSnapshot().rows).toMatchObject([{ id: 'c1', snoozedUntil: until }]);
  await server.advance(3_600_000);
  expect(open.getSnapshot().rows).toMatchObject([{ id: 'c1', status: 'open' }]);
  expect(snoozed.getSnapshot().rows).toEqual([]);
  expect(await rejection(client.conversation('c1').snooze(server.now()))).toMatchObject({ code: 'invalid' });
});

test('a reply whose delivery failed is sent again, another one is not', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  const { position } = await conversation.reply({ body: 'On its way.' }).confirmed;
  expect(await rejection(conversation.retry(position))).toMatchObject({ code: 'conflict' });
  server.setDelivery('c1', position, { state: 'failed', at: server.now(), reason: 'No such mailbox' });
  await server.flush();
  await conversation.retry(position);
  await server.flush();
  expect(conversation.getSnapshot().entries.at(-1)).toMatchObject({ delivery: { state: 'queued' } });
});

test('a reply that is held since a restore is sent or not, as a person decides', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  const { position } = await conversation.reply({ body: 'On its way.' }).confirmed;
  const delivery = () => {
    const entry = conversation.getSnapshot().entries.at(-1);
    return entry?.kind === 'reply' ? entry.delivery : undefined;
  };
  expect(await rejection(conversation.drop(position))).toMatchObject({ code: 'conflict' });
  server.setDelivery('c1', position, { state: 'held' });
  await server.flush();
  await conversation.drop(position);
  await server.flush();
  expect(delivery()).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^Not sent: /) });
  server.setDelivery('c1', position, { state: 'held' });
  await server.flush();
  await conversation.retry(position);
  await server.flush();
  expect(delivery()).toEqual({ state: 'queued' });
});

test('earlier conversations of the same contact are those that this agent may see', async () => {
  const server = createFakeServer();
  const { client } = await join(server, 'ben');
  const first = server.newConversation({ from: 'Mia', body: 'Last year' });
  const contact = server.world.conversations.get('c1')?.contact;
  Object.assign(server.world.conversations.get(first) ?? {}, { contact });
  const conversation = client.conversation('c1');
  expect((await conversation.earlier()).map(({ id }) => id)).toEqual([first]);
});
