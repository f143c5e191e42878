import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join, rejection, said } from '../test-clients.ts';

async function holding() {
  const server = createFakeServer();
  const joined = await join(server);
  const conversation = joined.client.conversation('c1');
  conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  return { server, ...joined, conversation };
}

test('what was last seen is what was shown when send was pressed', async () => {
  const { server, conversation } = await holding();
  server.customerWrites('c1', 'On its way to ana');
  const sent = conversation.reply({ body: 'Written before it came.' });
  expect(sent.optimistic.lastSeen).toBe(1);
  expect(await rejection(sent.confirmed)).toMatchObject({ code: 'thread_moved_on', details: { newest: 2 } });
  expect(conversation.getSnapshot().outgoing).toMatchObject([
    { state: 'failed', error: { code: 'thread_moved_on' } },
  ]);
});

test('replies leave one after the other, in the order in which they were pressed', async () => {
  const { server, conversation } = await holding();
  const sent = ['One', 'Two', 'Three'].map((body) => conversation.reply({ body }).confirmed);
  expect(server.commands.filter(({ name }) => name === 'reply.send')).toHaveLength(0);
  const stored = await Promise.all(sent);
  expect(stored.map(({ position, body }) => `${position} ${body}`)).toEqual(['2 One', '3 Two', '4 Three']);
});

test('a note does not wait for a reply that waits', async () => {
  const { server, conversation } = await holding();
  server.gateway.lost.add('reply.send');
  void conversation.reply({ body: 'Slow' });
  await conversation.note({ body: 'Quick' }).confirmed;
  expect(conversation.getSnapshot().outgoing).toMatchObject([{ kind: 'reply', state: 'sending' }]);
});

test('a reply takes the lock by itself where it is free', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open({ lock: 'none' });
  await conversation.ready;
  const stored = await conversation.reply({ body: 'Here.' }).confirmed;
  expect(stored.fence).toBe(1);
  expect(said(server)).toEqual(['conversation.open', 'lock.acquire', 'reply.send']);
});

test('a reply that could not get the lock fails with who has it', async () => {
  const server = createFakeServer();
  server.colleague('ben').takes('c1');
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open();
  await conversation.ready;
  const error = await rejection(conversation.reply({ body: 'Me too.' }).confirmed);
  expect(error).toMatchObject({ code: 'lock_held', details: { holder: { name: 'Ben' } } });
  expect(client.sync.getSnapshot()).toEqual({ unsent: 0, failed: 1 });
});

test('send anyway after an overtaken fence takes the lock first, and has seen what the warning showed', async () => {
  const { server, line, conversation } = await holding();
  line.cut();
  const sent = conversation.reply({ body: 'Mine' });
  server.endLock('c1', 'idle');
  server.colleague('ben').answers('c1', 'Faster');
  line.mend();
  await server.advance(3_000);
  const error = await rejection(sent.confirmed);
  expect(error).toMatchObject({
    code: 'lock_lost',
    details: { holder: { name: 'Ben' }, entries: [{ body: 'Faster' }] },
  });
  // Ben has it still.
  expect(await rejection(conversation.sendAnyway(sent.clientId).confirmed)).toMatchObject({
    code: 'lock_held',
  });
  server.colleague('ben').releases('c1');
  await server.flush();
  const again = conversation.sendAnyway(sent.clientId);
  expect(again).toMatchObject({ clientId: sent.clientId, optimistic: { lastSeen: 2, state: 'sending' } });
  expect(await again.confirmed).toMatchObject({ body: 'Mine', position: 3 });
});

test('what is not failed cannot be sent anyway, and what is on its way not twice', async () => {
  const { server, conversation } = await holding();
  expect(() => conversation.sendAnyway('unknown-id')).toThrow(expect.objectContaining({ code: 'not_found' }));
  server.gateway.lost.add('reply.send');
  const sent = conversation.reply({ body: 'Once' });
  expect(
    await rejection(conversation.reply({ body: 'Once', clientId: sent.clientId }).confirmed),
  ).toMatchObject({
    code: 'conflict',
  });
});

test('a send without an answer fails with timeout, and goes again under its own id', async () => {
  const { server, conversation } = await holding();
  server.gateway.lost.add('reply.send');
  const sent = conversation.reply({ body: 'Did you get it?' });
  const failed = rejection(sent.confirmed);
  await server.advance(13_000);
  expect(await failed).toMatchObject({ code: 'timeout' });
  server.gateway.lost.clear();
  const stored = await conversation.sendAnyway(sent.clientId).confirmed;
  expect([stored.position, server.world.conversations.get('c1')?.entries.length]).toEqual([2, 2]);
});

test('a failed text can be dropped, and comes back to an empty composer', async () => {
  const { server, client, conversation } = await holding();
  const draft = conversation.draft('reply');
  draft.set('Dear Mia');
  server.refuse('reply.send', 'lock_required', {});
  const sent = conversation.reply({ body: 'Dear Mia' });
  expect(draft.getSnapshot().body).toBe('');
  await rejection(sent.confirmed);
  expect(draft.getSnapshot().body).toBe('Dear Mia');
  conversation.discard(sent.clientId);
  expect(conversation.getSnapshot().outgoing).toEqual([]);
  expect(client.sync.getSnapshot()).toEqual({ unsent: 0, failed: 0 });
});

test('what was written meanwhile is not overwritten by a text that comes back', async () => {
  const { server, conversation } = await holding();
  server.gateway.lost.add('reply.send');
  const draft = conversation.draft('reply');
  draft.set('First');
  const failed = rejection(conversation.reply({ body: 'First' }).confirmed);
  draft.set('Second');
  await server.advance(13_000);
  await failed;
  expect(draft.getSnapshot().body).toBe('Second');
  expect(conversation.getSnapshot().outgoing).toMatchObject([{ body: 'First', state: 'failed' }]);
});

test('nobody need listen to confirmed', async () => {
  const { server, conversation } = await holding();
  server.refuse('reply.send', 'lock_required', {});
  void conversation.reply({ body: 'Refused' });
  await server.flush();
  expect(conversation.getSnapshot().outgoing).toMatchObject([{ state: 'failed' }]);
});

test('closing tells those who wait for a send', async () => {
  const { client, line, conversation } = await holding();
  line.cut();
  const waiting = rejection(conversation.reply({ body: 'Too late' }).confirmed);
  await client.close();
  expect(await waiting).toMatchObject({ code: 'closed' });
  expect(await rejection(conversation.reply({ body: 'Later still' }).confirmed)).toMatchObject({
    code: 'closed',
  });
});

test('a send whose answer was lost with the connection goes again, and is stored once', async () => {
  const { server, line, conversation } = await holding();
  server.gateway.held.add('reply.send');
  server.gateway.deaf.add('ana');
  const sent = conversation.reply({ body: 'Once' });
  await server.flush();
  expect(server.world.conversations.get('c1')?.entries).toHaveLength(2);
  server.gateway.held.clear();
  server.gateway.deaf.clear();
  line.blink();
  const stored = sent.confirmed;
  await server.advance(3_000);
  expect(await stored).toMatchObject({ body: 'Once', position: 2 });
  expect(server.world.conversations.get('c1')?.entries).toHaveLength(2);
  expect(conversation.getSnapshot()).toMatchObject({
    outgoing: [],
    entries: [{ position: 1 }, { position: 2 }],
  });
});

test('an answer that comes before the events it stands among waits for its place', async () => {
  const { server, conversation } = await holding();
  server.gateway.deaf.add('ana');
  server.colleague('ben').notes('c1', 'Lost on the way');
  const sent = conversation.note({ body: 'After it' });
  const stored = await sent.confirmed;
  server.gateway.deaf.clear();
  expect(stored.position).toBe(3);
  expect(conversation.getSnapshot()).toMatchObject({
    outgoing: [{ state: 'stored' }],
    entries: [{ position: 1 }],
  });
  await server.advance(20_000);
  expect(conversation.getSnapshot().outgoing).toEqual([]);
  expect(conversation.getSnapshot().entries.map(({ position }) => position)).toEqual([1, 2, 3]);
});

test('what was pressed without a connection goes when the thread is current again, not before', async () => {
  const { server, line, conversation } = await holding();
  line.cut();
  const sent = conversation.reply({ body: 'Pressed in a tunnel' });
  server.gateway.held.add('conversation.open');
  line.mend();
  await server.advance(3_000);
  const names = (): string[] => said(server).filter((name) => name !== 'conversation.leave');
  expect(names().at(-1)).toBe('conversation.open');
  server.gateway.letGo();
  expect(await sent.confirmed).toMatchObject({ body: 'Pressed in a tunnel', position: 2 });
});
