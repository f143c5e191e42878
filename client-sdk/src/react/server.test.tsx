/** Rendering on a server, where there is no DOM, nothing is connected, and no effect ever runs. */
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Conversation } from '../index.ts';
import { clientOf, join } from '../test-clients.ts';
import { createFakeServer } from '../testing/index.ts';
import {
  LatchboxProvider,
  useConnection,
  useConversation,
  useConversations,
  useCounts,
  useIdlePing,
  useLatchbox,
  useLock,
  useReadable,
  useTyping,
} from './index.ts';

function Page() {
  const client = useLatchbox();
  const conversation = useConversation('c1');
  const connection = useConnection();
  const lock = useLock(conversation);
  const ping = useIdlePing(conversation);
  const { typists } = useTyping(conversation);
  const { rows, status } = useConversations('support');
  const counts = useCounts();
  const { entries } = useReadable(conversation);
  const me = useReadable(client.me, (agent) => agent?.name ?? 'nobody');
  return (
    <ul>
      {[
        connection.name,
        lock.status,
        ping === null ? 'quiet' : ping.secondsLeft,
        typists.length,
        status,
        rows.length,
        counts.length,
        entries.length,
        me,
      ].map((word) => `${word} `)}
    </ul>
  );
}

const NOTHING_YET = '<ul>idle unknown quiet 0 idle 0 0 0 nobody </ul>';
const rendered = (html: string) => html.replaceAll('<!-- -->', '');

test('a server renders what is shown before anything is known, and starts nothing', () => {
  expect(typeof document).toBe('undefined');
  const server = createFakeServer();
  const { client } = clientOf(server);
  const html = renderToString(
    <LatchboxProvider client={client}>
      <Page />
    </LatchboxProvider>,
  );
  expect(rendered(html)).toBe(NOTHING_YET);
  expect([server.commands.length, server.pendingTimers]).toEqual([0, 0]);
});

test('a client that knows more renders the same on a server: it is what a first rendering in a browser has to match', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  client.conversation('c1').open();
  client.list().subscribe(() => {});
  client
    .inbox('support')
    .list()
    .subscribe(() => {});
  await server.flush();
  expect(client.conversation('c1').lock.getSnapshot().status).toBe('mine');
  const html = renderToString(
    <LatchboxProvider client={client}>
      <Page />
    </LatchboxProvider>,
  );
  expect(rendered(html)).toBe(NOTHING_YET);
  await client.close();
});

const conversation = clientOf(createFakeServer()).client.conversation('c1');
test.each<[string, (c: Conversation) => unknown]>([
  ['useLatchbox', () => useLatchbox()],
  ['useConversation', () => useConversation('c1')],
  ['useConversations', () => useConversations('support')],
  ['useConnection', () => useConnection()],
  ['useCounts', () => useCounts()],
  ['useLock', (c) => useLock(c)],
  ['useIdlePing', (c) => useIdlePing(c)],
  ['useTyping', (c) => useTyping(c)],
])('%s outside of the provider says so', (name, hook) => {
  function Lost() {
    hook(conversation);
    return null;
  }
  expect(() => renderToString(<Lost />)).toThrow(`${name} must be used inside <LatchboxProvider client={…}>`);
});
