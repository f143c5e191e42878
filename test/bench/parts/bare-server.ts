/** Bare Socket.IO in a process of its own, with the transport settings that Latchbox uses: echoes, rooms, and nothing else. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { restingMemory, serve } from './child.ts';
import { type Emission, inGroups } from './emission.ts';

const http = createServer();
const io = new Server(http, {
  serveClient: false,
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  pingInterval: 10_000,
  pingTimeout: 5_000,
});
io.on('connection', (socket) => {
  socket.on('join', (_input: unknown, answer: (output: unknown) => void) => {
    void socket.join('room');
    answer({});
  });
  socket.on('echo', (input: unknown, answer: (output: unknown) => void) => answer(input));
});
http.listen(0, '127.0.0.1', 4_096);
await once(http, 'listening');

serve({
  url: () => `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
  memory: restingMemory,
  connected: () => io.engine.clientsCount,
  /** Emits events of the given JSON to the room, one a frame; answers when it began. */
  emit: (emission: Emission & { readonly json: string }) => {
    const item: unknown = JSON.parse(emission.json);
    return inGroups(emission, (count) => {
      for (let at = 0; at < count; at += 1) io.to('room').emit('event', item);
    });
  },
});
