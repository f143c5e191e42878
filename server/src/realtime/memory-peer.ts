import { randomUUID } from 'node:crypto';
import type { EncodedFrame } from './frame.ts';
import { type Answer, hasRoom, type Peer, type PeerListener } from './peer.ts';

export interface MemoryOptions {
  readonly origin?: string | null;
  readonly ownPage?: boolean;
  /** `immediate`: as soon as the running code is done. `explicit`: only in `flush()`, so that a test decides what has arrived. */
  readonly flush?: 'immediate' | 'explicit';
}

/** The client's end of a connection in memory. */
interface MemoryClient {
  /** Says anything, as a client that does not keep to the contract might. A function at the end is the acknowledgement. */
  emit(name: unknown, ...args: unknown[]): void;
  onFrame(listener: (frame: unknown) => void): void;
  /** Once, when the connection is gone and everything that still came was delivered. */
  onClose(listener: () => void): void;
  readonly open: boolean;
  close(): void;
  /** The wire breaks: what was under way in either direction is lost. */
  cut(): void;
  /** Stops reading: what the server sends waits there. */
  stall(): void;
  read(): void;
}

export interface MemoryPair {
  readonly peer: Peer;
  readonly client: MemoryClient;
  /** Delivers everything that is under way, and what comes of it at once. */
  flush(): void;
}

/** What is under way in one direction. */
class Wire {
  readonly #pieces: { readonly bytes: number; readonly deliver: () => void }[] = [];
  bytes = 0;
  stalled = false;

  get packets(): number {
    return this.#pieces.length;
  }

  put(bytes: number, deliver: () => void): void {
    this.#pieces.push({ bytes, deliver });
    this.bytes += bytes;
  }

  /** Delivers the next piece; false when there is none, or nobody reads. */
  step(): boolean {
    if (this.stalled) return false;
    const piece = this.#pieces.shift();
    if (piece === undefined) return false;
    this.bytes -= piece.bytes;
    piece.deliver();
    return true;
  }

  clear(): void {
    this.#pieces.length = 0;
    this.bytes = 0;
  }
}

/**
 * A connection without a network. What crosses it is written as JSON and read again, as on a real one; nothing overtakes
 * anything.
 */
export function memoryPair(options: MemoryOptions = {}): MemoryPair {
  return new Pair(options);
}

class Pair implements MemoryPair {
  readonly peer: Peer;
  readonly client: MemoryClient;
  readonly #explicit: boolean;
  readonly #up = new Wire();
  readonly #down = new Wire();
  #listener: PeerListener | undefined = undefined;
  #onFrame: (frame: unknown) => void = () => undefined;
  #onClose: () => void = () => undefined;
  #scheduled = false;
  /** Whether each end still takes part. */
  #peerOpen = true;
  #clientOpen = true;

  constructor({ origin = null, ownPage = true, flush = 'immediate' }: MemoryOptions) {
    this.#explicit = flush === 'explicit';
    this.peer = this.#makePeer(origin, ownPage);
    this.client = this.#makeClient();
  }

  flush(): void {
    while (this.#up.step() || this.#down.step());
  }

  #makePeer(origin: string | null, ownPage: boolean): Peer {
    const down = this.#down;
    const peer: Peer = {
      id: randomUUID(),
      origin,
      ownPage,
      address: 'memory',
      listen: (listener) => {
        this.#listener = listener;
        this.#schedule();
      },
      send: (frame) => {
        this.#sendFrame(frame);
        return hasRoom(peer);
      },
      bufferedBytes: () => down.bytes,
      bufferedPackets: () => down.packets,
      close: () => this.#peerCloses(),
    };
    return peer;
  }

  #makeClient(): MemoryClient {
    const isOpen = (): boolean => this.#clientOpen;
    return {
      emit: (name, ...args) => this.#emit(name, args),
      onFrame: (listener) => {
        this.#onFrame = listener;
      },
      onClose: (listener) => {
        this.#onClose = listener;
      },
      get open() {
        return isOpen();
      },
      close: () => this.#clientCloses(),
      cut: () => this.#cut(),
      stall: () => {
        this.#down.stalled = true;
      },
      read: () => {
        this.#down.stalled = false;
        this.#schedule();
      },
    };
  }

  #sendFrame({ json }: EncodedFrame): void {
    if (this.#peerOpen) this.#putDown(json, () => this.#onFrame(JSON.parse(json)));
  }

  #emit(name: unknown, args: readonly unknown[]): void {
    if (!this.#clientOpen) return;
    const last = args.at(-1);
    const ack = typeof last === 'function' ? (last as (answer: unknown) => void) : undefined;
    const said = JSON.stringify([name, ...(ack === undefined ? args : args.slice(0, -1))]);
    const answer: Answer = ack && ((given) => this.#answer(ack, given));
    this.#up.put(said.length, () => {
      const [readName, ...readArgs] = JSON.parse(said) as unknown[];
      if (this.#peerOpen) this.#listener?.command(this.peer, readName, readArgs, answer);
    });
    this.#schedule();
  }

  #answer(ack: (answer: unknown) => void, given: unknown): void {
    const json = JSON.stringify(given);
    if (this.#peerOpen) this.#putDown(json, () => ack(JSON.parse(json)));
  }

  #putDown(json: string, deliver: () => void): void {
    this.#down.put(Buffer.byteLength(json), () => {
      if (this.#clientOpen) deliver();
    });
    this.#schedule();
  }

  #peerCloses(): void {
    if (!this.#peerOpen) return;
    this.#peerOpen = false;
    // A client that does not read is cut off without it.
    if (this.#down.stalled) {
      this.#down.stalled = false;
      this.#down.clear();
    }
    this.#down.put(0, () => this.#clientIsClosed());
    this.#schedule();
    this.#listener?.closed(this.peer);
  }

  #clientCloses(): void {
    if (!this.#clientOpen) return;
    this.#down.clear();
    this.#up.put(0, () => this.#peerIsClosed());
    this.#schedule();
    this.#clientIsClosed();
  }

  #cut(): void {
    this.#up.clear();
    this.#down.clear();
    this.#peerIsClosed();
    this.#clientIsClosed();
  }

  #peerIsClosed(): void {
    if (!this.#peerOpen) return;
    this.#peerOpen = false;
    this.#listener?.closed(this.peer);
  }

  #clientIsClosed(): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.#onClose();
  }

  #schedule(): void {
    if (this.#explicit || this.#scheduled || this.#listener === undefined) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }
}
