/** A process with bare Socket.IO clients that join a room and come back by themselves, as Socket.IO's client does. */
import { io, type Socket } from 'socket.io-client';
import { serve } from '../../bench/parts/child.ts';

interface Engine {
  readonly transport?: { readonly ws?: { terminate?: () => void } };
}

const sockets: Socket[] = [];
/** Those that have joined since their last connection was lost. */
const joined = new Set<Socket>();

function come(url: string, room: string): Promise<void> {
  const socket = io(url, { transports: ['websocket'], forceNew: true });
  sockets.push(socket);
  return new Promise((done) => {
    socket.on('connect', () => {
      socket.emit('join', { room }, () => {
        joined.add(socket);
        done();
      });
    });
  });
}

serve({
  async connect({ urls, count, rooms }: { urls: readonly string[]; count: number; rooms: number }) {
    for (let at = 0; at < count; at += 25) {
      const some = Array.from({ length: Math.min(25, count - at) }, (_, next) => at + next);
      await Promise.all(some.map((one) => come(urls[one % urls.length] ?? '', `room-${one % rooms}`)));
    }
  },
  cut: () => {
    joined.clear();
    for (const socket of sockets) (socket.io.engine as unknown as Engine).transport?.ws?.terminate?.();
  },
  joined: () => joined.size,
});
