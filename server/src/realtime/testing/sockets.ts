/** Real Socket.IO connections for tests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { systemClock } from '../../lib/clock.ts';
import type { Peer } from '../peer.ts';
import { attachSocketIo, type SocketIoSettings } from '../socketio.ts';
import { TestClient } from './client.ts';

export interface ListeningServer {
  readonly port: number;
  readonly url: string;
  connect(options?: {
    origin?: string;
    query?: Record<string, string>;
    /** What is said along with joining. */
    auth?: object;
  }): Promise<SocketClient>;
  close(): Promise<void>;
}

export class SocketClient extends TestClient {
  readonly socket: Socket;
  /** Answers to what was said along with joining. */
  readonly greetings: unknown[] = [];

  constructor(socket: Socket) {
    super({
      emit: (name, ...args) => void socket.emit(name as string, ...args),
      onFrame: (listener) => void socket.on('frame', listener),
      onClose: (listener) => void socket.on('disconnect', () => listener()),
      close: () => void socket.disconnect(),
    });
    this.socket = socket;
    socket.on('hello', (answer) => void this.greetings.push(answer));
  }
}

/** Listens on a free port for the gateway. */
export async function listen(
  gateway: { attach(peer: Peer): void },
  options: { settings?: Partial<SocketIoSettings>; allowedOrigins?: readonly string[] } = {},
): Promise<ListeningServer> {
  const http = createServer();
  const originAllowed = (origin: string) =>
    Promise.resolve(options.allowedOrigins?.includes(origin) ?? false);
  const wire = attachSocketIo(http, { gateway, clock: systemClock, originAllowed }, options.settings);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const clients = new Set<Socket>();

  return {
    port,
    url,
    async connect({ origin, query, auth } = {}) {
      const socket = io(url, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        ...(origin === undefined ? {} : { extraHeaders: { origin } }),
        ...(query === undefined ? {} : { query }),
        ...(auth === undefined ? {} : { auth }),
      });
      clients.add(socket);
      // Listening from the start: a server that closes at once says why in the same packet.
      const client = new SocketClient(socket);
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      return client;
    },
    async close() {
      for (const socket of clients) socket.disconnect();
      await wire.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}
