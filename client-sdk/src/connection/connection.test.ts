import { LatchboxError } from '@latchbox/shared/errors';
import { expect, test, vi } from 'vitest';
import type { ConnectionState } from './states.ts';
import { createFakeServer } from '../testing/index.ts';
import { clientOf, join, rejection, said } from '../test-clients.ts';

function history(client: {
  connection: { getSnapshot(): ConnectionState; subscribe(fn: () => void): void };
}): string[] {
  const names: string[] = [];
  client.connection.subscribe(() => {
    const { name } = client.connection.getSnapshot();
    if (names.at(-1) !== name) names.push(name);
  });
  return names;
}

test('making a client, and asking it for things, says nothing and waits for nothing', async () => {
  const server = createFakeServer();
  const auth = vi.fn(async () => 'ana');
  const { client, runtime } = clientOf(server, 'ana', { auth });
  client.conversation('c1');
  client.inbox('support').list();
  client.list();
  await server.flush();
  expect(auth).not.toHaveBeenCalled();
  expect(server.network.connections).toEqual([]);
  expect([server.pendingTimers, runtime.listeners]).toEqual([0, 0]);
  expect(client.connection.getSnapshot()).toEqual({ name: 'idle' });
});

test('connected comes after the greeting and everything that happened before', async () => {
  const server = createFakeServer();
  const { client } = clientOf(server);
  const names = history(client);
  await client.connect();
  expect(names).toEqual(['connecting', 'connected']);
  expect(client.connection.getSnapshot()).toMatchObject({ resumed: false });
  expect(client.inboxes.getSnapshot().map(({ id }) => id)).toEqual(['support', 'sales']);
  await client.connect();
  expect(server.commands.filter(({ name }) => name === 'hello')).toHaveLength(1);
});

test('nothing is emitted unless connected, not even what was asked for during the greeting', async () => {
  const server = createFakeServer({ auto: false });
  const { client } = clientOf(server);
  const connecting = client.connect();
  const acquiring = client.conversation('c1').lock.acquire();
  client.conversation('c1').activity('reply');
  for (let step = 0; step < 200 && client.connection.getSnapshot().name !== 'connected'; step += 1) {
    expect(said(server)).toEqual([]);
    await server.network.step(0);
    await server.advance(0);
  }
  await server.flush();
  await connecting;
  await acquiring;
  expect(said(server)).toEqual(['lock.acquire']);
});

test('the next address is tried when one is gone', async () => {
  const server = createFakeServer();
  const urls: string[] = [];
  const { client } = clientOf(server, 'ana', {
    url: ['one:', 'two:', 'three:'],
    transport: {
      open: (url, events) => {
        urls.push(url);
        return server.transport.open(url, events);
      },
    },
  });
  server.down();
  const connecting = client.connect();
  await server.advance(10_000);
  server.up();
  await server.advance(10_000);
  await connecting;
  expect(urls.slice(0, 4)).toEqual(['one:', 'two:', 'three:', 'one:']);
});

test('attempts are spread out, and never more than eight seconds apart', async () => {
  const server = createFakeServer();
  const at: number[] = [];
  const { client } = clientOf(server, 'ana', {
    transport: {
      open: (url, events) => {
        at.push(server.now());
        return server.transport.open(url, events);
      },
    },
  });
  server.down();
  rejection(client.connect()).catch(() => {});
  await server.advance(600_000);
  const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  expect(waits.length).toBeGreaterThan(100);
  expect(Math.max(...waits)).toBeLessThanOrEqual(8_000);
  expect(Math.max(...waits)).toBeGreaterThan(6_000);
  expect(waits[0]).toBeLessThanOrEqual(800);
});

test('connect gives up waiting, by its signal or after a while, and the client goes on trying', async () => {
  const server = createFakeServer();
  server.down();
  const { client } = clientOf(server);
  const abort = new AbortController();
  const aborted = rejection(client.connect({ signal: abort.signal }));
  abort.abort();
  expect(await aborted).toMatchObject({ code: 'aborted' });
  const late = rejection(client.connect());
  await server.advance(30_000);
  expect(await late).toMatchObject({ code: 'timeout' });
  server.up();
  await server.advance(10_000);
  expect(client.connection.getSnapshot().name).toBe('connected');
});

test('a short loss is shown as reconnecting, a longer one as slow', async () => {
  const server = createFakeServer();
  const { client, line } = await join(server);
  line.cut();
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'reconnecting', attempt: 1, slow: false });
  await server.advance(4_900);
  expect(client.connection.getSnapshot()).toMatchObject({ slow: false });
  await server.advance(200);
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'reconnecting', slow: true });
  line.mend();
  await server.advance(9_000);
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'connected', resumed: true });
});

test('three missed head beats are a lost connection', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  server.gateway.deaf.add('ana');
  await server.advance(15_000);
  expect(client.connection.getSnapshot().name).toBe('connected');
  const lost = client.connection.until(({ name }) => name === 'reconnecting');
  await server.advance(4_000);
  expect(await lost).toMatchObject({ error: { code: 'timeout' } });
  server.gateway.deaf.clear();
  await server.advance(30_000);
  expect(client.connection.getSnapshot().name).toBe('connected');
});

test('a server that takes the connection and says nothing is left after ten seconds', async () => {
  const server = createFakeServer();
  server.gateway.mute.add('hello');
  const { client } = clientOf(server);
  rejection(client.connect()).catch(() => {});
  await server.advance(9_900);
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'connecting', attempt: 1 });
  await server.advance(200);
  expect(client.connection.getSnapshot()).toMatchObject({ attempt: 2, error: { code: 'timeout' } });
});

test('coming online and becoming visible end the waiting', async () => {
  const server = createFakeServer();
  const { client, runtime } = await join(server);
  server.down();
  await server.advance(60_000);
  runtime.setOnline(false);
  server.up();
  const before = server.now();
  runtime.setOnline(true);
  await client.connection.until(({ name }) => name === 'connected');
  expect(server.now()).toBe(before);
});

test('a refused token is replaced once; a fresh one that is refused too needs a person', async () => {
  const server = createFakeServer();
  server.expire('ana.old');
  const auth = vi.fn(async (why: string): Promise<string> => (why === 'expired' ? 'ana.new' : 'ana.old'));
  const { client } = await join(server, 'ana', { auth });
  expect(auth.mock.calls.map(([why]) => why)).toEqual(['first', 'expired']);
  server.expire('ana.new');
  server.drop();
  await server.advance(5_000);
  expect(client.connection.getSnapshot()).toMatchObject({
    name: 'needs-auth',
    error: { code: 'unauthenticated' },
  });
  const timers = server.pendingTimers;
  await server.advance(600_000);
  expect(server.pendingTimers).toBeLessThanOrEqual(timers);
  auth.mockImplementation(async () => 'ana.newest');
  await client.connect();
  expect(auth.mock.lastCall?.[0]).toBe('expired');
});

test('auth that refuses needs a person; auth that fails is tried again', async () => {
  const server = createFakeServer();
  let problem: Error | undefined = new Error('the network is down');
  const auth = async (): Promise<string> => {
    if (problem !== undefined) throw problem;
    return 'ana';
  };
  const { client } = clientOf(server, 'ana', { auth });
  const connecting = rejection(client.connect());
  await server.advance(100);
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'connecting', error: { code: 'offline' } });
  problem = new LatchboxError('forbidden', {});
  await server.advance(10_000);
  expect(await connecting).toBe(problem);
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'needs-auth' });
  problem = undefined;
  await client.connect();
});

test('a client that is too old stops, and says why', async () => {
  const server = createFakeServer();
  server.settings.minimumProtocol = 7;
  const { client } = clientOf(server);
  const error = await rejection(client.connect());
  expect(error).toMatchObject({ code: 'client_too_old', details: { minimum: 7 } });
  expect(client.connection.getSnapshot()).toMatchObject({ name: 'outdated' });
  await server.advance(600_000);
  expect(server.commands.filter(({ name }) => name === 'hello')).toHaveLength(1);
  expect(await rejection(client.connect())).toMatchObject({ code: 'client_too_old' });
});

test('a goodbye says when to come back, and with several addresses the next one is asked at once', async () => {
  const server = createFakeServer();
  const single = await join(server);
  server.goodbye('ana', 'internal', 20_000);
  await server.advance(19_900);
  expect(single.client.connection.getSnapshot()).toMatchObject({
    name: 'reconnecting',
    error: { code: 'internal' },
  });
  await server.advance(2_000);
  expect(single.client.connection.getSnapshot().name).toBe('connected');
  const several = await join(server, 'ben', { url: ['one:', 'two:'] });
  server.goodbye('ben', 'internal', 20_000);
  await server.advance(1_000);
  expect(several.client.connection.getSnapshot().name).toBe('connected');
});

test('a goodbye for want of a token gets a new one first', async () => {
  const server = createFakeServer();
  const auth = vi.fn(async () => 'ana');
  const { client } = await join(server, 'ana', { auth });
  server.goodbye('ana', 'unauthenticated');
  await server.advance(2_000);
  expect(client.connection.getSnapshot().name).toBe('connected');
  expect(auth.mock.calls.map(([why]: unknown[]) => why)).toEqual(['first', 'expired']);
});

test('a token is replaced before it ends, and again when that failed', async () => {
  const server = createFakeServer();
  server.settings.tokenLife = 900_000;
  const auth = vi.fn(async () => 'ana');
  const { client } = await join(server, 'ana', { auth });
  auth.mockRejectedValueOnce(new Error('the network is down'));
  await server.advance(839_000);
  expect(auth).toHaveBeenCalledTimes(1);
  await server.advance(10_000);
  expect(auth.mock.calls.map(([why]: unknown[]) => why)).toEqual(['first', 'expired', 'expired']);
  await server.advance(3_600_000);
  expect(client.connection.getSnapshot().name).toBe('connected');
  expect(server.commands.filter(({ name }) => name === 'hello')).toHaveLength(1);
});

test("deadlines are told in the server's time, whatever this machine's clock says", async () => {
  const server = createFakeServer();
  const runtime = server.newRuntime();
  runtime.skew = -3_600_000;
  const { client } = await join(server, 'ana', { runtime });
  expect(client.clock.now()).toBe(server.now());
});

test('closing is final: locks are given back, drafts saved, waiters told, nothing is left', async () => {
  const server = createFakeServer();
  const { client, runtime } = await join(server);
  const conversation = client.conversation('c1');
  conversation.open();
  await conversation.ready;
  await conversation.lock.until(({ status }) => status === 'mine');
  conversation.draft('reply').set('Half a sent');
  const waiting = rejection(client.connection.until(({ name }) => name === 'idle'));
  await client.close();
  await server.flush();
  expect(server.world.conversations.get('c1')?.lock).toBeNull();
  expect(server.world.conversations.get('c1')?.drafts.get('ana reply')?.body).toBe('Half a sent');
  expect(await waiting).toMatchObject({ code: 'closed' });
  expect(client.connection.getSnapshot()).toEqual({ name: 'closed' });
  expect(await rejection(client.connect())).toMatchObject({ code: 'closed' });
  expect(await rejection(conversation.lock.acquire())).toMatchObject({ code: 'closed' });
  await server.advance(60_000);
  expect([server.pendingTimers, runtime.listeners, server.network.connections.length]).toEqual([0, 0, 0]);
  expect(runtime.stored.size).toBe(0);
});

test('closing without a connection does not wait for one', async () => {
  const server = createFakeServer();
  const { client, line } = await join(server);
  line.cut();
  await client.close();
  await server.advance(60_000);
  expect(server.pendingTimers).toBe(0);
});
