import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { startProxy } from './proxy.ts';

const disposers: (() => unknown)[] = [];
afterEach(async () => {
  for (const dispose of disposers.splice(0).toReversed()) await dispose();
});

/** A server that answers each chunk with itself, and counts who is connected. */
async function startEcho(): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  disposers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, sockets };
}

interface Client {
  socket: Socket;
  got: string;
  closed: boolean;
}

async function startClient(port: number): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  const client: Client = { socket, got: '', closed: false };
  socket.on('data', (chunk: Buffer) => (client.got += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (client.closed = true));
  await once(socket, 'connect');
  disposers.push(() => socket.destroy());
  return client;
}

async function setup() {
  const echo = await startEcho();
  const proxy = await startProxy(echo.port);
  disposers.push(() => proxy[Symbol.asyncDispose]());
  return { echo, proxy, client: await startClient(proxy.port) };
}

test('passes on what is sent', async () => {
  const { client, proxy } = await setup();
  client.socket.write('hello');
  await eventually('the echo', () => client.got === 'hello');
  expect(proxy.connections).toBe(1);
  expect(proxy.passed).toEqual({ up: 5, down: 5 });
});

test('a black hole swallows and keeps the connection', async () => {
  const { client, proxy } = await setup();
  client.socket.write('a');
  await eventually('the echo', () => client.got === 'a');
  proxy.spoil({ blackHole: 'both' });
  client.socket.write('b');
  const late = await startClient(proxy.port);
  late.socket.write('c');
  await expect(eventually('an echo', () => client.got !== 'a' || late.got !== '', 150)).rejects.toThrow();
  expect(client.closed).toBe(false);
  proxy.spoil({});
  client.socket.write('d');
  await eventually('the echo after healing', () => client.got === 'ad');
});

test('latency holds back and keeps the order', async () => {
  const { client, proxy } = await setup();
  proxy.spoil({ latency: 60 });
  const began = performance.now();
  for (const letter of 'abc') client.socket.write(letter);
  await eventually('the echo', () => client.got === 'abc');
  expect(performance.now() - began).toBeGreaterThanOrEqual(115);
});

test('reset ends both sides', async () => {
  const { client, proxy, echo } = await setup();
  await eventually('the target is connected', () => echo.sockets.size === 1);
  proxy.reset();
  await eventually('both are gone', () => client.closed && echo.sockets.size === 0);
});

test('half open: the client is gone and the target does not know', async () => {
  const { client, proxy, echo } = await setup();
  await eventually('the target is connected', () => echo.sockets.size === 1);
  proxy.halfOpen();
  await eventually('the client is gone', () => client.closed);
  await expect(eventually('the target knows', () => echo.sockets.size === 0, 150)).rejects.toThrow();
});

test('cuts off after a number of bytes', async () => {
  const { client, proxy } = await setup();
  proxy.spoil({ limitDown: 4 });
  client.socket.write('1234');
  await eventually('the first bytes', () => client.got === '1234');
  client.socket.write('5');
  await eventually('cut off', () => client.closed);
  expect(client.got).toBe('1234');
});

test('paces what goes to the client', async () => {
  const { client, proxy } = await setup();
  proxy.spoil({ rateDown: 1_000 });
  const began = performance.now();
  client.socket.write('x'.repeat(100));
  await eventually('all of it', () => client.got.length === 100);
  expect(performance.now() - began).toBeGreaterThanOrEqual(95);
});

test('closed it refuses newcomers, opened it takes them again', async () => {
  const { proxy, client } = await setup();
  await proxy.close();
  await expect(startClient(proxy.port)).rejects.toThrow('ECONNREFUSED');
  client.socket.write('still');
  await eventually('the old one lives', () => client.got === 'still');
  client.socket.destroy();
  await eventually('it has left', () => proxy.connections === 0);
  await proxy.open();
  const again = await startClient(proxy.port);
  again.socket.write('again');
  await eventually('the echo', () => again.got === 'again');
});
