import { afterEach, expect, test } from 'vitest';
import { engineCode } from './engine-code.ts';
import { clientOf, rejection, said } from './test-clients.ts';
import { createFakeServer } from './testing/index.ts';

type Code = NonNullable<typeof engineCode.loaded>;
const load = () => import('./engine.ts');
afterEach(() => {
  engineCode.load = load;
});

/** A client whose engine comes when the test lets it. */
function loading() {
  const server = createFakeServer();
  engineCode.loaded = undefined;
  const waiting: { resolve(code: Code): void; reject(error: unknown): void }[] = [];
  engineCode.load = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  const arrive = async (): Promise<void> => {
    waiting.shift()?.resolve(await load());
    await server.flush();
  };
  return { server, waiting, arrive, ...clientOf(server) };
}

test('the engine is loaded by connect, once, and by nothing before', async () => {
  const { server, client, waiting, arrive } = loading();
  client.list().subscribe(() => {});
  client.conversation('c1').open();
  await server.flush();
  expect(waiting).toHaveLength(0);
  const connecting = client.connect();
  expect(client.connection.getSnapshot()).toEqual({ name: 'connecting', attempt: 1 });
  void client.connect();
  await arrive();
  await connecting;
  expect(waiting).toHaveLength(0);
});

test('what is asked for before the engine is there happens when it is', async () => {
  const { server, client, arrive } = loading();
  const list = client.list({ status: 'open' });
  list.subscribe(() => {});
  const conversation = client.conversation('c1');
  conversation.open();
  conversation.draft('note').set('She called');
  const assigned = client.conversation('d1').assign('ben');
  const noted = conversation.note({ body: 'Before anything' });
  const connecting = client.connect();
  await server.flush();
  expect(list.getSnapshot()).toMatchObject({ status: 'loading', rows: [] });
  expect(conversation.getSnapshot()).toMatchObject({ status: 'loading', outgoing: [noted.optimistic] });
  expect(conversation.lock.getSnapshot()).toMatchObject({ status: 'unknown', stale: true });
  await arrive();
  await connecting;
  await conversation.ready;
  await assigned;
  expect(await noted.confirmed).toMatchObject({ body: 'Before anything' });
  await list.until(({ status }) => status === 'ready');
  await conversation.lock.until(({ status }) => status === 'mine');
  await server.advance(1_000);
  expect(server.world.conversations.get('c1')?.drafts.get('ana note')?.body).toBe('She called');
});

test('what is waited for before the engine is there ends by its time or its signal', async () => {
  const { server, client } = loading();
  const connecting = rejection(client.connect());
  const abort = new AbortController();
  const given = rejection(client.conversation('c1').lock.acquire({ signal: abort.signal }));
  const late = rejection(client.conversation('d1').lock.acquire());
  abort.abort();
  expect(await given).toMatchObject({ code: 'aborted' });
  await server.advance(13_000);
  expect(await late).toMatchObject({ code: 'offline' });
  await server.advance(17_000);
  expect(await connecting).toMatchObject({ code: 'timeout' });
});

test('a file that could not be loaded is asked for again', async () => {
  const { server, client, logged, waiting, arrive } = loading();
  const connecting = client.connect();
  waiting.shift()?.reject(new TypeError('Failed to fetch'));
  await server.advance(2_000);
  expect(waiting).toHaveLength(1);
  expect(logged).toEqual(['warn: The engine could not be loaded.']);
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'connecting', error: { code: 'offline' } });
  await arrive();
  await connecting;
});

test('a client that is closed while its engine is on the way stays closed', async () => {
  const { server, client, runtime, arrive } = loading();
  const connecting = rejection(client.connect());
  await client.close();
  expect(await connecting).toMatchObject({ code: 'closed' });
  await arrive();
  expect(client.connection.getSnapshot()).toEqual({ name: 'closed' });
  expect([server.pendingTimers, runtime.listeners, said(server).length]).toEqual([0, 0, 0]);
});

test('the engine is a file that can be loaded', async () => {
  expect((await engineCode.load()).Engine).toBeTypeOf('function');
});
