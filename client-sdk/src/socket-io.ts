import type { Socket } from 'socket.io-client';
import type { Link, Transport, TransportEvents } from './transport.ts';

/** Settings of the Socket.IO transport. */
export interface SocketIoOptions {
  /** Where the server answers Socket.IO; `/socket.io` unless the server was told otherwise. */
  readonly path?: string;
}

/**
 * The default transport: Socket.IO over WebSocket alone. It is loaded when the first connection opens, so a client with
 * another transport never loads it. Reconnecting, buffering and timeouts of Socket.IO stay switched off; they are the SDK's.
 */
export function socketIoTransport(options: SocketIoOptions = {}): Transport {
  return {
    open: (url, events) => new SocketIoLink(url, events, options.path ?? '/socket.io'),
    request: (url, request) => fetch(url, request as RequestInit),
  };
}

class SocketIoLink implements Link {
  #socket: Socket | undefined;
  #closed = false;
  /** Joins, with what is said along with it; until then. */
  #join: ((auth: object) => void) | undefined;

  constructor(url: string, events: TransportEvents, path: string) {
    this.#start(url, events, path).catch((error: unknown) => this.#over(events, String(error)));
  }

  request(name: string, input: object, answer: (ack: unknown) => void): void {
    const join = this.#join;
    if (join === undefined) {
      this.#socket?.emit(name, input, answer);
      return;
    }
    // The first thing said is the greeting. It goes along with joining, which saves a message and a round trip.
    this.#join = undefined;
    this.#socket?.once(name, answer);
    join({ [name]: input });
  }

  signal(name: string, input: object): void {
    // Not `volatile`: that drops whatever is said in the same turn as something else, such as the first keystroke, which
    // also takes the lock. What is said without a connection is dropped here, or it would be sent with the next one.
    if (this.#socket?.connected === true) this.#socket.emit(name, input);
  }

  close(): void {
    this.#closed = true;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.removeAllListeners();
    socket?.disconnect();
  }

  async #start(url: string, events: TransportEvents, path: string): Promise<void> {
    const { io } = await import('socket.io-client');
    if (this.#closed) return;
    const auth = (join: (auth: object) => void): void => {
      this.#join = join;
      events.opened();
    };
    const socket = io(url, { path, transports: ['websocket'], reconnection: false, forceNew: true, auth });
    this.#socket = socket;
    socket.on('frame', (frame: unknown) => events.frame(frame));
    socket.on('connect_error', (error) => void this.#refused(events, url, path, error.message));
    socket.on('disconnect', (reason) => this.#over(events, reason));
  }

  /** Why an upgrade was refused is hidden from a page: one of another origin asks for it, and is told when it was for that. */
  async #refused(events: TransportEvents, url: string, path: string, reason: string): Promise<void> {
    const { origin } = globalThis.location ?? {};
    try {
      const address = new URL(`${path}/`, new URL(url.replace(/^ws/, 'http'), origin));
      if (origin !== undefined && address.origin !== origin) {
        const answer = await fetch(address);
        if (answer.status === 403 && !this.#closed) {
          const { error } = (await answer.json()) as { readonly error: object };
          if (!this.#closed) events.frame({ items: [{ t: 'goodbye', ...error }] });
        }
      }
    } catch {
      // Nobody answers: then that is why.
    }
    this.#over(events, reason);
  }

  #over(events: TransportEvents, reason: string): void {
    if (this.#closed) return;
    this.close();
    events.closed(reason);
  }
}
