/** A client for tests, on either wire: it keeps everything it was told. */
import {
  type Ack,
  type DownItem,
  Frame,
  fromWireError,
  PROTOCOL_VERSION,
  UP,
  type UpInput,
  type UpName,
  type UpResult,
  type WireError,
} from '@latchbox/shared';

/** What both wires offer a client. */
export interface ClientWire {
  emit(name: unknown, ...args: unknown[]): void;
  onFrame(listener: (frame: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

type Item<T extends DownItem['t']> = Extract<DownItem, { t: T }>;

export class TestClient {
  readonly frames: Frame[] = [];
  closed = false;
  readonly #wire: ClientWire;
  readonly #waiting = new Set<() => void>();

  constructor(wire: ClientWire) {
    this.#wire = wire;
    wire.onFrame((frame) => {
      // The contract holds for everything the server says.
      this.frames.push(Frame.parse(frame));
      this.#look();
    });
    wire.onClose(() => {
      this.closed = true;
      this.#look();
    });
  }

  get items(): DownItem[] {
    return this.frames.flatMap(({ items }) => items);
  }

  of<T extends DownItem['t']>(t: T): Item<T>[] {
    return this.items.filter((item): item is Item<T> => item.t === t);
  }

  /** The sequence numbers of a stream's events in the order of their arrival. */
  seqs(stream: string): number[] {
    return this.of('event').flatMap(({ event }) => (event.stream === stream ? [event.seq] : []));
  }

  emit(name: unknown, ...args: unknown[]): void {
    this.#wire.emit(name, ...args);
  }

  /** Says something and waits for the acknowledgement, whatever it is. */
  ask(name: unknown, ...args: unknown[]): Promise<Ack<unknown>> {
    return new Promise((resolve) => {
      this.#wire.emit(name, ...args, (ack: Ack<unknown>) => resolve(ack));
    });
  }

  /** A command that is meant to succeed: its result, held to the contract. */
  async do<N extends UpName>(name: N, input: UpInput<N>): Promise<UpResult<N>> {
    const ack = await this.ask(name, input);
    if (!ack.ok) throw fromWireError(ack.error);
    return UP[name].result.parse(ack.result) as UpResult<N>;
  }

  /** A command that is meant to be refused. */
  async refused(name: unknown, ...args: unknown[]): Promise<WireError> {
    const ack = await this.ask(name, ...args);
    if (ack.ok) throw new Error(`${String(name)} was not refused`);
    return ack.error;
  }

  hello(token: string, more: Partial<UpInput<'hello'>> = {}): Promise<UpResult<'hello'>> {
    return this.do('hello', helloInput(token, more));
  }

  /** Resolves when `happened` answers something; looks after everything that arrives. */
  until<T>(happened: () => T | undefined | false): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = happened();
        if (found === undefined || found === false) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  item<T extends DownItem['t']>(t: T, fits: (item: Item<T>) => boolean = () => true): Promise<Item<T>> {
    return this.until(() => this.of(t).find(fits));
  }

  /** Until the client was told goodbye and its connection is closed. */
  async gone(): Promise<Item<'goodbye'>> {
    await this.until(() => this.closed);
    const [goodbye] = this.of('goodbye');
    if (goodbye === undefined) throw new Error('closed without a goodbye');
    return goodbye;
  }

  close(): void {
    this.#wire.close();
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

export function helloInput(token: string, more: Partial<UpInput<'hello'>> = {}): UpInput<'hello'> {
  return {
    protocol: PROTOCOL_VERSION,
    client: 'test/1',
    token,
    resume: null,
    device: 'Chrome on Linux',
    ...more,
  };
}
