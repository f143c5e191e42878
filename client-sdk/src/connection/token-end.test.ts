import { LatchboxError } from '@latchbox/shared/errors';
import { expect, test, vi } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join, rejection } from '../test-clients.ts';

/** A token has ended, and the server's goodbye is not there yet: it comes with the next head beat. */
async function tokenEnded() {
  const server = createFakeServer();
  Object.assign(server.settings, { tokenLife: 61_000, headBeat: 30_000 });
  const auth = vi.fn(async () => 'ana');
  const joined = await join(server, 'ana', { auth });
  const conversation = joined.client.conversation('c1');
  conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  auth.mockRejectedValue(new Error('the network is down'));
  await server.advance(61_000);
  expect(joined.client.connection.getSnapshot().name).toBe('connected');
  return { server, auth, ...joined, conversation };
}

test('what is refused between a token’s end and the goodbye waits for the next token, and is stored once', async () => {
  const { server, auth, client, conversation } = await tokenEnded();
  const sent = [
    conversation.reply({ body: 'One.' }),
    conversation.note({ body: 'Two.' }),
    conversation.reply({ body: 'Three.' }),
  ];
  const assigned = conversation.assign('ben');
  conversation.draft('reply').set('Half a thought');
  await server.advance(1_500);
  expect(client.connection.getSnapshot()).toMatchObject({
    name: 'reconnecting',
    error: { code: 'offline' },
  });
  expect(client.sync.getSnapshot()).toEqual({ unsent: 3, failed: 0 });
  auth.mockImplementation(async () => 'ana');
  await server.advance(4_000);
  await assigned;
  await Promise.all(sent.map(({ confirmed }) => confirmed));
  const { entries } = conversation.getSnapshot();
  const texts = entries.flatMap((entry) => ('body' in entry && entry.kind !== 'message' ? [entry.body] : []));
  expect(texts.toSorted()).toEqual(['One.', 'Three.', 'Two.']);
  expect(texts.indexOf('One.')).toBeLessThan(texts.indexOf('Three.'));
  expect(conversation.draft('reply').getSnapshot()).toMatchObject({
    status: 'saved',
    body: 'Half a thought',
  });
});

test('it waits on when auth itself refuses, and goes when the agent is signed in again', async () => {
  const { server, auth, client, conversation } = await tokenEnded();
  auth.mockRejectedValue(new LatchboxError('unauthenticated', {}));
  const sent = conversation.reply({ body: 'Signed out meanwhile.' });
  await server.advance(2_000);
  expect(client.connection.getSnapshot()).toMatchObject({
    name: 'needs-auth',
    error: { code: 'unauthenticated' },
  });
  expect(conversation.getSnapshot().outgoing).toMatchObject([{ state: 'sending' }]);
  auth.mockImplementation(async () => 'ana');
  await client.connect();
  expect(await sent.confirmed).toMatchObject({ body: 'Signed out meanwhile.' });
});

test('a command that is refused under a fresh token is refused', async () => {
  const server = createFakeServer();
  const auth = vi.fn(async () => 'ana');
  const { client } = await join(server, 'ana', { auth });
  server.refuse('conversation.assign', 'unauthenticated', {});
  server.refuse('conversation.assign', 'unauthenticated', {});
  const assigning = rejection(client.conversation('c1').assign('ben'));
  await server.advance(2_000);
  expect(await assigning).toMatchObject({ code: 'unauthenticated' });
  expect(auth.mock.calls.map(([why]: unknown[]) => why)).toEqual(['first', 'expired']);
  expect(client.connection.getSnapshot().name).toBe('connected');
});
