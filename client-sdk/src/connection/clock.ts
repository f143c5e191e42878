/** Milliseconds since 1970 on the server's clock; compare with `client.clock.now()`. */
export type ServerTime = number;

/** The server's time, as far as it can be known here: this machine's time plus one measured offset. */
export class ServerClock {
  readonly #now: () => number;
  readonly #samples: number[] = [];
  #offset = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly now = (): ServerTime => this.#now() + this.#offset;

  /** Takes a reading: the median of the last five counts, so one late frame moves nothing. */
  sample(serverTime: ServerTime, measuredAt: number = this.#now()): void {
    this.#samples.push(serverTime - measuredAt);
    if (this.#samples.length > 5) this.#samples.shift();
    const sorted = [...this.#samples].sort((a, b) => a - b);
    this.#offset = sorted[sorted.length >> 1] ?? 0;
  }

  /** Forgets the readings: another server answers now, or this machine slept. */
  restart(): void {
    this.#samples.length = 0;
  }
}
