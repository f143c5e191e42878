import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join } from '../test-clients.ts';

test('activity is told at once, then at most every typingEvery, and at once when it is of another kind', async () => {
  const server = createFakeServer();
  server.settings.typingEvery = 1_000;
  const { client, line } = await join(server);
  const conversation = client.conversation('d1');
  const told = (): unknown[] =>
    server.commands
      .filter(({ name }) => name === 'activity')
      .map(({ input }) => (input as { kind: string }).kind);
  for (let time = 0; time < 10; time += 1) {
    conversation.activity('note');
    await server.advance(200);
  }
  expect(told()).toEqual(['note', 'note']);
  conversation.activity('reading');
  conversation.activity('reply');
  conversation.activity('reading');
  await server.flush();
  expect(told()).toEqual(['note', 'note', 'reading', 'reply']);
  line.cut();
  conversation.activity('note');
  line.mend();
  await server.advance(5_000);
  expect(told()).toHaveLength(4);
});

test('an emptied composer ends the typing', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const ben = await join(server, 'ben');
  const { typists } = ben.client.conversation('d1');
  const conversation = client.conversation('d1');
  conversation.draft('reply').set('D');
  conversation.activity('reply');
  await server.flush();
  expect(typists.getSnapshot()).toHaveLength(1);
  conversation.draft('reply').set('');
  await server.flush();
  expect(typists.getSnapshot()).toEqual([]);
});
