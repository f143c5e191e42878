/** What a connection does not keep for as long as it lasts. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import type { Peer, PeerListener } from './peer.ts';
import { attachSocketIo, type SocketWire } from './socketio.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Answers every command, and keeps the peers. */
const answering: PeerListener = {
  command: (_peer, _name, _args, answer) => answer?.('taken'),
  closed: () => undefined,
};

let http: Server;
let wire: SocketWire;
let peers: Peer[];
let clients: Socket[];
let url: string;
beforeEach(async () => {
  http = createServer();
  peers = [];
  clients = [];
  const attach = (peer: Peer): void => {
    peers.push(peer);
    peer.listen(answering);
  };
  wire = attachSocketIo(http, { clock: systemClock, gateway: { attach } });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  await wire.close();
  await new Promise<void>((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
});

async function connect(): Promise<Socket> {
  const client = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
  clients.push(client);
  await new Promise<void>((resolve) => client.once('connect', resolve));
  return client;
}

/** Collects until `done`, a few turns long: what a running turn still holds is let go with it. */
async function collectUntil(done: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 20 && !done(); turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  return done();
}

it('keeps no request with its headers, and still takes and answers', async () => {
  const requests: WeakRef<IncomingMessage>[] = [];
  http.prependListener('upgrade', (request) => requests.push(new WeakRef(request)));
  const client = await connect();
  expect(await client.emitWithAck('anything')).toBe('taken');
  expect(requests).toHaveLength(1);
  expect(await collectUntil(() => requests[0]?.deref() === undefined)).toBe(true);
  expect(await client.emitWithAck('anything')).toBe('taken');
});

it('leaves those alone who waited for the end of the connection before it came', async () => {
  let ended = 0;
  http.on('connection', (socket) => socket.once('close', () => (ended += 1)));
  const client = await connect();
  client.disconnect();
  await expect.poll(() => ended).toBe(1);
});

it('keeps nothing of the messages that it has read', async () => {
  const many = await Promise.all(Array.from({ length: 20 }, connect));
  gc();
  const before = process.memoryUsage().arrayBuffers;
  const long = 'x'.repeat(60_000);
  for (const client of many) expect(await client.emitWithAck('note', long)).toBe('taken');
  // As much as one of them is let go with its last message of all.
  const little = (): boolean => process.memoryUsage().arrayBuffers - before < 300_000;
  expect(await collectUntil(little)).toBe(true);
});
