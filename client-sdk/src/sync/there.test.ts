import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import type { Transport } from '../transport.ts';
import { join } from '../test-clients.ts';

test('typists expire by themselves, each at their own time, whatever the network does', async () => {
  const server = createFakeServer();
  const { client, line } = await join(server);
  const { typists } = client.conversation('c1');
  server.colleague('ben').types('c1', 'reply');
  await server.advance(2_000);
  server.colleague('cleo').types('c1', 'note');
  await server.advance(500);
  expect(typists.getSnapshot().map(({ person, kind }) => `${person.name} ${kind}`)).toEqual([
    'Ben reply',
    'Cleo note',
  ]);
  line.cut();
  await server.advance(3_600);
  expect(typists.getSnapshot().map(({ person }) => person.name)).toEqual(['Cleo']);
  await server.advance(2_000);
  expect(typists.getSnapshot()).toEqual([]);
});

test('typing is known of conversations that nobody has opened, for the list', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  server.colleague('ben').types('c1');
  await server.flush();
  expect(client.conversation('c1').typists.getSnapshot()).toHaveLength(1);
  server.colleague('ben').stopsTyping('c1');
  await server.flush();
  expect(client.conversation('c1').typists.getSnapshot()).toEqual([]);
});

test('who was there when the connection went is forgotten after a while, and told again with the next one', async () => {
  const server = createFakeServer();
  const { client, line } = await join(server);
  const ben = await join(server, 'ben');
  ben.client.conversation('c1').open({ lock: 'none' });
  await server.flush();
  const { viewers } = client.conversation('c1');
  const { presence } = client.inbox('support');
  expect(viewers.getSnapshot().map(({ person }) => person.name)).toEqual(['Ben']);
  expect(presence.getSnapshot()).toMatchObject({ total: 2 });
  line.cut();
  await server.advance(1_000);
  expect(viewers.getSnapshot()).toHaveLength(1);
  await server.advance(5_000);
  expect([viewers.getSnapshot(), presence.getSnapshot()]).toEqual([[], { people: [], total: 0 }]);
  line.mend();
  await server.advance(9_000);
  expect(viewers.getSnapshot()).toHaveLength(1);
  line.cut();
  await ben.client.close();
  line.mend();
  await server.advance(9_000);
  expect(viewers.getSnapshot()).toEqual([]);
});

test('a hidden tab makes its agent away', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const ben = await join(server, 'ben');
  const availability = (): string | undefined =>
    client
      .inbox('support')
      .presence.getSnapshot()
      .people.find(({ person }) => person.id === 'ben')?.availability;
  expect(availability()).toBe('online');
  ben.runtime.setVisible(false);
  await server.flush();
  expect(availability()).toBe('away');
  ben.runtime.setVisible(true);
  await server.flush();
  expect(availability()).toBe('online');
});

/** Holds the answer to a command back until the next frame, and then gives both in one turn, as sockets do that read them together. */
function together(inner: Transport, command: string): Transport {
  let waiting: (() => void) | undefined;
  return {
    open(url, events) {
      const link = inner.open(url, {
        ...events,
        opened: () => events.opened(),
        closed: (reason) => events.closed(reason),
        frame(frame) {
          waiting?.();
          waiting = undefined;
          events.frame(frame);
        },
      });
      return {
        signal: (name, input) => link.signal(name, input),
        close: () => link.close(),
        request(name, input, answer) {
          const late = (ack: unknown): void => void (waiting = () => answer(ack));
          link.request(name, input, name === command ? late : answer);
        },
      };
    },
  };
}

test('whoever comes right behind the answer to opening is there, though both are read in one turn', async () => {
  const server = createFakeServer();
  const ben = await join(server, 'ben');
  const transport = together(server.transport, 'conversation.open');
  const { client } = await join(server, 'ana', { transport });
  const conversation = client.conversation('c1');
  conversation.open({ lock: 'none' });
  await server.flush();
  ben.client.conversation('c1').open({ lock: 'none' });
  await server.flush();
  const names = conversation.viewers.getSnapshot().map(({ person }) => person.name);
  expect(names.sort()).toEqual(['Ana', 'Ben']);
});
