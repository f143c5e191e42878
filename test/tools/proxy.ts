/** A TCP link on the loopback address that can be spoilt: between client and server, or between server and Redis. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createMessageDropper, type MessageDropper } from './redis-messages.ts';

/** What the link does to what passes through it. */
export interface Toxics {
  /** Swallows everything, in both directions or in one; nobody is told. New connections are taken and not passed on. */
  readonly blackHole?: 'both' | 'up' | 'down' | undefined;
  /** Holds everything back for so many ms in each direction. */
  readonly latency?: number | undefined;
  /** Adds up to so many ms to the latency, differently each time; the order of the bytes stays. */
  readonly jitter?: number | undefined;
  /** Passes on in pieces of at most so many bytes, a turn of the event loop apart. */
  readonly slice?: number | undefined;
  /** Of the messages of Redis' subscriptions every so-manieth is lost on the way to the subscriber; the connection stays sound. */
  readonly dropMessages?: number | undefined;
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
  readonly up: Way;
  readonly down: Way;
  halfOpen: boolean;
  readonly messages: MessageDropper;
}

function kill(socket: Socket | null): void {
  if (socket !== null && !socket.destroyed) socket.resetAndDestroy();
}

/** One way of a link: what is held back leaves in its order, however late the timers are. */
interface Way {
  /** When the next byte may leave, on the monotonic clock. */
  freeAt: number;
  readonly waiting: { readonly at: number; readonly chunk: Buffer }[];
}
const newWay = (): Way => ({ freeAt: 0, waiting: [] });

/** Writes `chunk` to `to` at `way.freeAt`, after everything that waits. */
function push(way: Way, to: Socket, chunk: Buffer): void {
  if (way.waiting.length === 0 && way.freeAt <= performance.now()) {
    if (!to.destroyed) to.write(chunk);
    return;
  }
  way.waiting.push({ at: way.freeAt, chunk });
  if (way.waiting.length === 1) drainLater(way, to);
}

function drainLater(way: Way, to: Socket): void {
  const [first] = way.waiting;
  if (first === undefined) return;
  setTimeout(() => {
    while (way.waiting[0] !== undefined && way.waiting[0].at <= performance.now() + 0.5) {
      const chunk = way.waiting.shift()?.chunk;
      if (chunk !== undefined && !to.destroyed) to.write(chunk);
    }
    drainLater(way, to);
  }, first.at - performance.now());
}

/** `chunk` as it is, or in pieces. */
function piecesOf(chunk: Buffer, slice: number | undefined): Buffer[] {
  if (slice === undefined || chunk.length <= slice) return [chunk];
  const pieces: Buffer[] = [];
  for (let at = 0; at < chunk.length; at += slice) pieces.push(chunk.subarray(at, at + slice));
  return pieces;
}

/** Starts a proxy before `127.0.0.1:targetPort`. Disposing it resets what is connected. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  let toxics: Toxics = {};
  const links = new Set<Link>();
  const passed = { up: 0, down: 0 };
  const swallows = (way: 'up' | 'down'): boolean => toxics.blackHole === 'both' || toxics.blackHole === way;

  /** How long a chunk is held back now, ms: never so short that it would overtake the one before it. */
  const delay = (): number => {
    const { latency = 0, jitter = 0, slice } = toxics;
    return latency + Math.random() * jitter + (slice === undefined ? 0 : 1);
  };

  const up = (link: Link, target: Socket, chunk: Buffer): void => {
    passed.up += chunk.length;
    const now = performance.now();
    for (const piece of piecesOf(chunk, toxics.slice)) {
      link.up.freeAt = Math.max(now + delay(), link.up.freeAt);
      push(link.up, target, piece);
    }
  };

  const down = (link: Link, all: Buffer): void => {
    if (link.halfOpen || swallows('down')) return;
    const kept = toxics.dropMessages === undefined ? all : link.messages.pass(all, toxics.dropMessages);
    for (const chunk of piecesOf(kept, toxics.slice)) downPiece(link, chunk);
  };

  const downPiece = (link: Link, chunk: Buffer): void => {
    passed.down += chunk.length;
    link.downBytes += chunk.length;
    const { limitDown, rateDown } = toxics;
    if (limitDown !== undefined && link.downBytes > limitDown) {
      kill(link.client);
      kill(link.target);
      return;
    }
    const now = performance.now();
    const paced = rateDown === undefined ? 0 : (chunk.length / rateDown) * 1_000;
    link.down.freeAt = Math.max(now + delay(), link.down.freeAt) + paced;
    push(link.down, link.client, chunk);
  };

  const accept = (client: Socket): void => {
    const target = toxics.blackHole === 'both' ? null : connect(targetPort, '127.0.0.1');
    const link: Link = {
      client,
      target,
      downBytes: 0,
      up: newWay(),
      down: newWay(),
      halfOpen: false,
      messages: createMessageDropper(),
    };
    links.add(link);
    client.setNoDelay(true);
    client.on('data', (chunk: Buffer) => {
      if (target === null || swallows('up')) return;
      up(link, target, chunk);
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
