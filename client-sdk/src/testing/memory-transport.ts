import { microtasks } from './virtual-clock.ts';
import type { Link, Transport, TransportEvents } from '../transport.ts';

/** The server's end of one connection in memory. */
export interface MemoryConnection {
  readonly url: string;
  /** Sends a frame to the client. */
  frame(frame: object): void;
  /** Ends the connection from the server's side. What was said before still arrives. */
  close(reason?: string): void;
}

/** What the server's end is told. */
export interface MemoryPeer {
  /** A command; `answer` is null for a volatile one. */
  command(name: string, input: unknown, answer: ((ack: object) => void) | null): void;
  closed(reason: string): void;
}

/** Takes a new connection, or null: nobody listens at this address. */
export type Accept = (connection: MemoryConnection) => MemoryPeer | null;

/**
 * Transports in memory, joined to whatever `accept` is. Every message waits, in its direction and in order, until `flush`
 * or `step` lets it through; with `auto` that is in the next microtask. Messages are copied as JSON, as by a real wire.
 */
export interface MemoryNetwork {
  readonly transport: Transport;
  /** Lets everything through that waits, and what that leads to. Messages on different connections keep their order. */
  flush(): Promise<void>;
  /** Lets one message through, of the connection and direction that `pick` (from 0 up to 1) falls on. */
  step(pick: number): Promise<void>;
  /** Cuts connections without a word; what was on its way is lost. `which` sees each connection's address. */
  drop(which?: (connection: MemoryConnection) => boolean): void;
  /** How many messages wait. */
  readonly waiting: number;
  readonly connections: readonly MemoryConnection[];
}

export function memoryTransport(accept: Accept, { auto = true } = {}): MemoryNetwork {
  const pairs = new Set<Pair>();
  let order = 0;
  let due = false;
  const nextOrder = (): number => {
    if (auto && !due) {
      due = true;
      void Promise.resolve().then(async () => {
        await network.flush();
        due = false;
        if (network.waiting > 0) nextOrder();
      });
    }
    return (order += 1);
  };
  const queues = (): Queue[] =>
    [...pairs].flatMap(({ up, down }) => [up, down]).filter(({ length }) => length > 0);
  const network: MemoryNetwork = {
    transport: {
      open(url, events) {
        const pair = new Pair(url, events, accept, nextOrder, () => void pairs.delete(pair));
        pairs.add(pair);
        return pair.link;
      },
    },
    async flush() {
      for (let open = queues(); open.length > 0; open = queues()) {
        open.sort((a, b) => (a[0]?.order ?? 0) - (b[0]?.order ?? 0));
        await deliver(open[0]);
      }
    },
    async step(pick) {
      const open = queues();
      await deliver(open[Math.floor(pick * open.length)]);
    },
    drop(which = () => true) {
      for (const pair of Array.from(pairs)) if (which(pair.connection)) pair.cut('transport close');
    },
    get waiting() {
      return queues().reduce((sum, { length }) => sum + length, 0);
    },
    get connections() {
      return [...pairs].map(({ connection }) => connection);
    },
  };
  return network;
}

/** What a message leads to at once happens before the next one arrives, as on a real wire. */
async function deliver(queue: Queue | undefined): Promise<void> {
  queue?.shift()?.deliver();
  await microtasks(10);
}

type Queue = { readonly order: number; readonly deliver: () => void }[];

const copy = (value: object): never => JSON.parse(JSON.stringify(value)) as never;

/** Both ends of one connection, and what is on its way between them. */
class Pair {
  readonly up: Queue = [];
  readonly down: Queue = [];
  readonly link: Link;
  readonly connection: MemoryConnection;
  readonly #events: TransportEvents;
  readonly #nextOrder: () => number;
  readonly #gone: () => void;
  #peer: MemoryPeer | null = null;
  #clientOpen = true;
  #serverOpen = true;

  constructor(
    url: string,
    events: TransportEvents,
    accept: Accept,
    nextOrder: () => number,
    gone: () => void,
  ) {
    this.#events = events;
    this.#nextOrder = nextOrder;
    this.#gone = gone;
    this.connection = {
      url,
      frame: (frame) => this.#frame(copy(frame)),
      close: (reason = 'io server disconnect') => this.#serverCloses(reason),
    };
    this.link = {
      request: (name, input, answer) => this.#request(name, copy(input), answer),
      signal: (name, input) => this.#request(name, copy(input), null),
      close: () => this.#clientCloses(),
    };
    this.#push(this.up, () => {
      this.#peer = accept(this.connection);
      if (this.#peer === null) this.cut('nobody listens here');
      else this.#push(this.down, () => this.#clientOpen && events.opened());
    });
  }

  cut(reason: string): void {
    this.#end();
    const { up, down } = this;
    up.length = down.length = 0;
    if (this.#clientOpen) this.#events.closed(reason);
    if (this.#serverOpen) this.#peer?.closed(reason);
    this.#clientOpen = this.#serverOpen = false;
  }

  #request(name: string, input: object, answer: ((ack: unknown) => void) | null): void {
    const reply = (ack: object): void => {
      const said = copy(ack);
      if (this.#serverOpen) this.#push(this.down, () => this.#clientOpen && answer?.(said));
    };
    if (this.#clientOpen)
      this.#push(this.up, () => this.#peer?.command(name, input, answer === null ? null : reply));
  }

  #frame(frame: object): void {
    if (this.#serverOpen) this.#push(this.down, () => this.#clientOpen && this.#events.frame(frame));
  }

  #clientCloses(): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.down.length = 0;
    this.#push(this.up, () => {
      this.#end();
      if (this.#serverOpen) this.#peer?.closed('client namespace disconnect');
      this.#serverOpen = false;
    });
  }

  #serverCloses(reason: string): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.up.length = 0;
    this.#peer?.closed(reason);
    this.#push(this.down, () => {
      this.#end();
      if (this.#clientOpen) this.#events.closed(reason);
      this.#clientOpen = false;
    });
  }

  #push(queue: Queue, deliver: () => void): void {
    queue.push({ order: this.#nextOrder(), deliver });
  }

  #end(): void {
    this.#gone();
  }
}
