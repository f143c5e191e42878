/**
 * A client that speaks the wire protocol and nothing more: no reconnecting, no queue, no opinion. What the tests send is what
 * arrives, also what no good client would send.
 */

import {
  type Ack,
  type DownItem,
  type Frame,
  fromWireError,
  LatchboxError,
  PROTOCOL_VERSION,
  refuse,
  type StreamId,
  type UpInput,
  type UpName,
  type UpResult,
} from '@latchbox/shared';
import { io, type Socket } from 'socket.io-client';
import { eventually } from './eventually.ts';
import { type Delivery, monotonic } from './history.ts';

export interface WireOptions {
  readonly url: string;
  readonly token: string;
  readonly resume?: { readonly id: string; readonly key: string } | null;
  readonly device?: string;
  /** How long an answer may take, ms. */
  readonly timeout?: number;
  /** Name in messages of the checkers. */
  readonly name?: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface WireClient extends AsyncDisposable {
  readonly name: string;
  readonly hello: UpResult<'hello'>;
  readonly session: { readonly id: string; readonly key: string };
  readonly connected: boolean;
  /** Everything the server said by itself, in order. */
  readonly items: readonly DownItem[];
  /** What the subscriptions of this connection got. */
  readonly deliveries: readonly Delivery[];
  /** Sends a command and returns its result; throws the server's refusal, `timeout`, or `offline` when the connection ends. */
  call<N extends UpName>(name: N, input: UpInput<N>): Promise<UpResult<N>>;
  /** Sends without wanting an answer. */
  signal<N extends UpName>(name: N, input: UpInput<N>): void;
  /** Subscribes to a stream and keeps what comes. */
  subscribe(
    stream: StreamId,
    after?: { logEpoch: string; seq: number } | null,
  ): Promise<UpResult<'stream.subscribe'>>;
  /** Waits for something that the server says by itself, from the beginning of the connection or of `since`. */
  told<T extends DownItem>(what: string, is: (item: DownItem) => item is T, withinMs?: number): Promise<T>;
  /** Cuts the connection as a dying machine would: without a word of Socket.IO. */
  cut(): void;
  /** Ends the connection in order; no `session.close`, so the session can be resumed. */
  disconnect(): void;
}

function connectSocket(options: WireOptions): Promise<Socket> {
  const socket = io(options.url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    multiplex: false,
    timeout: options.timeout ?? 5_000,
  });
  return new Promise((done, failed) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      socket.disconnect();
      failed(new LatchboxError('offline', {}, { message: `No connection: ${why}` }));
    };
    // A server that dies between the WebSocket and Socket.IO's own greeting is told by neither of the events.
    const timer = setTimeout(() => fail('no answer in time'), options.timeout ?? 5_000);
    socket.once('connect', () => {
      clearTimeout(timer);
      done(socket);
    });
    socket.once('connect_error', (error) => fail(error.message));
  });
}

/** One command and its answer. */
function command<N extends UpName>(
  socket: Socket,
  name: N,
  input: UpInput<N>,
  timeout: number,
): Promise<UpResult<N>> {
  const { promise, resolve, reject } = Promise.withResolvers<UpResult<N>>();
  const gone = (): void => reject(refuse('offline'));
  const timer = setTimeout(() => reject(refuse('timeout')), timeout);
  if (!socket.connected) gone();
  socket.once('disconnect', gone);
  socket.emit(name, input, (answer: Ack<UpResult<N>>) => {
    if (answer.ok) resolve(answer.result);
    else reject(fromWireError(answer.error));
  });
  return promise.finally(() => {
    clearTimeout(timer);
    socket.off('disconnect', gone);
  });
}

interface Engine {
  readonly transport?: { readonly ws?: { terminate?: () => void } };
  close(): void;
}

/** Connects and says hello; throws its refusal. */
export async function connectWire(options: WireOptions): Promise<WireClient> {
  const timeout = options.timeout ?? 5_000;
  const socket = await connectSocket(options);
  const items: DownItem[] = [];
  const deliveries: Mutable<Delivery>[] = [];
  socket.on('frame', (frame: Frame) => {
    const at = monotonic();
    for (const item of frame.items) {
      items.push(item);
      if (item.t !== 'event') continue;
      const delivery = deliveries.findLast(({ stream }) => stream === item.event.stream);
      if (delivery !== undefined) delivery.events = [...delivery.events, { event: item.event, at }];
    }
  });
  let hello: UpResult<'hello'>;
  try {
    hello = await command(
      socket,
      'hello',
      {
        protocol: PROTOCOL_VERSION,
        client: 'test/1',
        token: options.token,
        resume: options.resume == null ? null : { id: options.resume.id, key: options.resume.key },
        device: options.device ?? 'test',
      },
      timeout,
    );
  } catch (error) {
    socket.disconnect();
    throw error;
  }
  const name = options.name ?? hello.me.name;
  socket.on('disconnect', () => {
    for (const delivery of deliveries) delivery.live = false;
  });
  return {
    name,
    hello,
    session: hello.session,
    get connected() {
      return socket.connected;
    },
    items,
    deliveries,
    call: (command_, input) => command(socket, command_, input, timeout),
    signal: (command_, input) => void socket.emit(command_, input),
    async subscribe(stream, after = null) {
      const delivery: Mutable<Delivery> = {
        client: name,
        sessionId: hello.session.id,
        agentId: hello.me.id,
        stream,
        logEpoch: hello.logEpoch,
        from: after?.seq ?? 0,
        head: 0,
        events: [],
        live: true,
      };
      // From now on, not from the answer: frames of the replay may be faster than it.
      deliveries.push(delivery);
      try {
        const answer = await command(socket, 'stream.subscribe', { stream, after }, timeout);
        delivery.from = answer.from;
        delivery.head = answer.head;
        return answer;
      } catch (error) {
        deliveries.splice(deliveries.indexOf(delivery), 1);
        throw error;
      }
    },
    told: (what, is, withinMs) => eventually(`${name} is told: ${what}`, () => items.find(is), withinMs),
    cut() {
      const engine = socket.io.engine as unknown as Engine;
      if (engine.transport?.ws?.terminate !== undefined) engine.transport.ws.terminate();
      else engine.close();
    },
    disconnect: () => void socket.disconnect(),
    async [Symbol.asyncDispose]() {
      socket.disconnect();
      await Promise.resolve();
    },
  };
}
