import type { Socket as NetSocket } from 'node:net';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Clock } from '../lib/clock.ts';
import { type EncodedFrame, FRAME, type WirePacket } from './frame.ts';
import { type Answer, hasRoom, type Peer, type PeerListener } from './peer.ts';

/** How long a closed connection has to take what was still written to it, in ms. */
const LINGER = 2_000;

interface SocketData {
  peer: SocketPeer;
}
export interface SocketTypes {
  server: Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
  socket: Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
}

/** What is left of the request once it was looked at. */
const NO_HANDSHAKE = Object.freeze({ headers: {}, query: {}, auth: {} });

/** A connection over Socket.IO. */
export class SocketPeer implements Peer {
  readonly origin: string | null;
  readonly ownPage: boolean;
  readonly address: string;
  listener: PeerListener | undefined = undefined;
  readonly #socket: SocketTypes['socket'];
  readonly #net: NetSocket;
  readonly #clock: Clock;
  /** Whether the network waits for the answer to a greeting that came along with joining. */
  #held: boolean;

  constructor(
    socket: SocketTypes['socket'],
    clock: Clock,
    from: { readonly origin: string | null; readonly ownPage: boolean; readonly address: string },
  ) {
    this.#socket = socket;
    this.#clock = clock;
    this.#net = socket.request.socket;
    this.#held = socket.handshake.auth['hello'] !== undefined;
    this.origin = from.origin;
    this.ownPage = from.ownPage;
    this.address = from.address;
    letRequestGo(socket);
  }

  get id(): string {
    return this.#socket.id;
  }

  listen(listener: PeerListener): void {
    this.listener = listener;
    this.#socket.data.peer = this;
    // The same two functions for every socket, and the same list of the first, which `onAny` would make for each. No socket asks for
    // acknowledgements: where they would wait is the same empty map, too.
    Object.assign(this.#socket, { _anyListeners: ANY, ack, acks: NO_ACKS, dispatch: nothing });
    this.#socket.on('disconnect', onDisconnect);
  }

  /** What it said with joining: `hello`, whose answer is an event of that name. */
  greeted(hello: unknown): void {
    const answer = (ack: unknown): void => {
      // 2: an event of Socket.IO.
      this.#write(packed(`2["hello",${JSON.stringify(ack)}]`));
      this.#release();
    };
    this.listener?.command(this, 'hello', [hello], answer);
  }

  /** Lets go what was held back until the greeting is answered. */
  #release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#net.uncork();
  }

  send(frame: EncodedFrame): boolean {
    return this.#write(packetOf(frame));
  }

  /** Acknowledges the client's event of this number. */
  answer(id: number, ack: unknown): void {
    // 3: an acknowledgement of Socket.IO. Its own way there would look for bytes in every field first.
    this.#write(packed(`3${id}[${JSON.stringify(ack)}]`));
    letReadGo(this.#socket);
  }

  #write({ text, options }: WirePacket): boolean {
    const { conn } = this.#socket;
    // What is held back stands before it, whole: it was given to the network, which has not sent it.
    if (this.#held ? takesMore(conn) : nothingWaits(conn, this.#net)) {
      this.#net.write(options.wsPreEncodedFrame[0]);
      return true;
    }
    conn.send(text, options);
    return conn['writeBuffer'].length === 0 || hasRoom(this);
  }

  bufferedBytes(): number {
    let bytes = this.#net.writableLength;
    for (const { data, options } of this.#socket.conn['writeBuffer'] as readonly WaitingPacket[])
      bytes += options?.wsPreEncodedFrame?.[0].length ?? data?.length ?? 0;
    return bytes;
  }

  bufferedPackets(): number {
    return this.#socket.conn['writeBuffer'].length;
  }

  close(): void {
    if (this.#socket.connected) this.#socket.disconnect(true);
    this.#release();
  }

  /**
   * The connection is over, whoever ended it. Whoever does not read would keep what was written to it for the half minute in which
   * the WebSocket waits for a goodbye, also when it is over because a ping was missed.
   */
  letGo(): void {
    const net = this.#net;
    if (net.destroyed) return;
    const cancel = this.#clock.setTimer(LINGER, () => net.destroy());
    net.once('close', cancel);
  }
}

/**
 * Whether the bytes of a message may go straight to the network: nothing of Engine.IO's or of the system's is before them. Else
 * they wait in its line. The line costs nearly as much as the write itself, and most of the time it is empty.
 */
function nothingWaits(conn: SocketTypes['socket']['conn'], net: NetSocket): boolean {
  return conn.transport.writable && net.writableLength === 0 && takesMore(conn);
}

/** Whether it is open, and nothing stands in Engine.IO's line. */
function takesMore(conn: SocketTypes['socket']['conn']): boolean {
  return (
    conn.readyState === 'open' &&
    conn['writeBuffer'].length === 0 &&
    // The WebSocket itself, which may be closing.
    (conn.transport as unknown as OverWebSocket).socket?.readyState === WEBSOCKET_OPEN
  );
}
interface OverWebSocket {
  readonly socket?: { readonly readyState: number; readonly _receiver?: Receiver };
}
/** What reads the messages of a WebSocket. */
interface Receiver {
  readonly _state: number;
  _mask: unknown;
}
const WEBSOCKET_OPEN = 1;
/** Between two messages. */
const NOTHING_BEGUN = 0;

interface WaitingPacket {
  readonly data?: string | Buffer;
  readonly options?: Partial<WirePacket['options']>;
}

function onAny(this: SocketTypes['socket'], name: unknown, ...args: unknown[]): void {
  const { peer } = this.data;
  const last = args.at(-1);
  const answer = typeof last === 'function' ? (last as NonNullable<Answer>) : undefined;
  peer?.listener?.command(peer, name, answer === undefined ? args : args.slice(0, -1), answer);
}

/** Nobody listens to events by their names. */
const nothing = (): void => undefined;

/** Takes the place of Socket.IO's own: makes what answers an event, once. */
function ack(this: SocketTypes['socket'], id: number): NonNullable<Answer> {
  let answered = false;
  return (answer) => {
    if (answered) return;
    answered = true;
    this.data.peer?.answer(id, answer);
  };
}

const ANY = Object.freeze([onAny]);
const NO_ACKS: ReadonlyMap<number, never> = new Map<number, never>();

function onDisconnect(this: SocketTypes['socket']): void {
  const { peer } = this.data;
  peer?.listener?.closed(peer);
  peer?.letGo();
}

/** The request, its headers and its parsed address would be kept for as long as the connection. */
function letRequestGo(socket: SocketTypes['socket']): void {
  Object.assign(socket, { handshake: NO_HANDSHAKE });
  Object.assign(socket.conn, { request: undefined });
  letReadGo(socket);
}

/**
 * The four bytes that masked the last message are a view of all that was read with it, up to 64 kB, and would keep it until the
 * next message comes.
 */
function letReadGo({ conn }: SocketTypes['socket']): void {
  const receiver = (conn.transport as unknown as OverWebSocket).socket?._receiver;
  if (receiver?._state === NOTHING_BEGUN) receiver._mask = undefined;
}

/**
 * The frame as one WebSocket message, made once: header and payload in one piece, so that each receiver costs one write of
 * bytes that are already there. Engine.IO takes such a message since 6.2, as Socket.IO's own rooms make them.
 */
function packetOf(frame: EncodedFrame): WirePacket {
  // 2: an event of Socket.IO.
  frame.packet ??= packed(`2["${FRAME}",${frame.json}]`);
  return frame.packet;
}

function packed(text: string): WirePacket {
  // 4: a message of Engine.IO.
  return { text, options: { compress: false, wsPreEncodedFrame: [webSocketMessage(`4${text}`)] } };
}

/** A final, unmasked text message (RFC 6455, 5.2). */
function webSocketMessage(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const message = Buffer.allocUnsafe(start + length);
  message[0] = 0x81;
  if (start === 2) message[1] = length;
  else if (start === 4) {
    message[1] = 126;
    message.writeUInt16BE(length, 2);
  } else {
    message[1] = 127;
    message.writeUInt32BE(0, 2);
    message.writeUInt32BE(length, 6);
  }
  message.write(text, start);
  return message;
}
