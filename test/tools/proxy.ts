/** A TCP link on the loopback address that can be spoilt: between client and server, or between server and Redis. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What the link does to what passes through it. */
export interface Toxics {
  /** Swallows everything, in both directions or in one; nobody is told. New connections are taken and not passed on. */
  readonly blackHole?: 'both' | 'up' | 'down' | undefined;
  /** Holds everything back for so many ms in each direction. */
  readonly latency?: number | undefined;
  /** Cuts a connection off (RST) after so many bytes towards the client. */
  readonly limitDown?: number | undefined;
  /** Passes on at most so many bytes a second towards the client. */
  readonly rateDown?: number | undefined;
}

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly connections: number;
  /** Bytes that came through towards the target and towards the client. */
  readonly passed: { readonly up: number; readonly down: number };
  /** Replaces all toxics; `{}` heals. Bytes that were swallowed stay lost, so connections of a black hole are useless. */
  spoil(toxics: Toxics): void;
  /** Ends all connections with RST on both sides. */
  reset(): void;
  /** The client's sides die, the target is told nothing: it believes in connections that are gone. */
  halfOpen(): void;
  /** Takes no connections (they are refused) until `open`. */
  close(): Promise<void>;
  open(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly target: Socket | null;
  downBytes: number;
  /** When the next byte towards the client may leave, on the monotonic clock. */
  freeAt: number;
  halfOpen: boolean;
}

function kill(socket: Socket | null): void {
  if (socket !== null && !socket.destroyed) socket.resetAndDestroy();
}

/** Writes `chunk` after `ms`, in the order of the calls: timers of equal length keep their order. */
function later(ms: number, to: Socket, chunk: Buffer): void {
  if (ms <= 0) to.write(chunk);
  else setTimeout(() => void (to.destroyed || to.write(chunk)), ms);
}

/** Starts a proxy before `127.0.0.1:targetPort`. Disposing it resets what is connected. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  let toxics: Toxics = {};
  const links = new Set<Link>();
  const passed = { up: 0, down: 0 };
  const swallows = (way: 'up' | 'down'): boolean => toxics.blackHole === 'both' || toxics.blackHole === way;

  const down = (link: Link, chunk: Buffer): void => {
    if (link.halfOpen || swallows('down')) return;
    passed.down += chunk.length;
    link.downBytes += chunk.length;
    const { limitDown, rateDown, latency = 0 } = toxics;
    if (limitDown !== undefined && link.downBytes > limitDown) {
      kill(link.client);
      kill(link.target);
      return;
    }
    const now = performance.now();
    const paced = rateDown === undefined ? 0 : (chunk.length / rateDown) * 1_000;
    link.freeAt = Math.max(now + latency, link.freeAt) + paced;
    later(link.freeAt - now, link.client, chunk);
  };

  const accept = (client: Socket): void => {
    const target = toxics.blackHole === 'both' ? null : connect(targetPort, '127.0.0.1');
    const link: Link = { client, target, downBytes: 0, freeAt: 0, halfOpen: false };
    links.add(link);
    client.setNoDelay(true);
    client.on('data', (chunk: Buffer) => {
      if (target === null || swallows('up')) return;
      passed.up += chunk.length;
      later(toxics.latency ?? 0, target, chunk);
    });
    client.on('error', () => undefined);
    client.on('close', () => {
      if (link.halfOpen) return;
      links.delete(link);
      target?.destroy();
    });
    if (target === null) return;
    target.setNoDelay(true);
    target.on('data', (chunk: Buffer) => down(link, chunk));
    target.on('error', () => undefined);
    target.on('close', () => {
      links.delete(link);
      client.destroy();
    });
  };

  const server = createServer(accept);
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as { port: number };
  const reset = (): void => {
    for (const link of links) {
      kill(link.client);
      kill(link.target);
    }
    links.clear();
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return links.size;
    },
    passed,
    spoil(next) {
      toxics = next;
    },
    reset,
    halfOpen() {
      for (const link of links) {
        link.halfOpen = true;
        kill(link.client);
      }
    },
    async close() {
      // Only the listener: what is connected stays.
      if (!server.listening) return;
      server.close();
      await Promise.resolve();
    },
    async open() {
      if (!server.listening) await listen(port);
    },
    async [Symbol.asyncDispose]() {
      reset();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
}
