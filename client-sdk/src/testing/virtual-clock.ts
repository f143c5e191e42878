interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** Time that stands still until it is told to pass, in whole milliseconds. */
export class VirtualClock {
  #now: number;
  #order = 0;
  readonly #waiting = new Set<Waiting>();
  /** Called after each timer that fired. */
  afterTimer: () => void = () => {};

  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly setTimer = (ms: number, fire: () => void): (() => void) => {
    const entry: Waiting = { at: this.#now + Math.max(0, Math.ceil(ms)), order: this.#order, fire };
    this.#order += 1;
    this.#waiting.add(entry);
    return () => void this.#waiting.delete(entry);
  };

  /** How many timers wait: none, when everything was closed. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Lets `ms` pass: fires what comes due, in order, with `settle` after each. */
  async advance(ms: number, settle: () => Promise<void>): Promise<void> {
    const end = this.#now + Math.round(ms);
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at);
      this.#waiting.delete(next);
      next.fire();
      this.afterTimer();
      await settle();
    }
    this.#now = end;
  }

  /** Moves the clock without firing anything, as after a sleep: what is due then fires with the next `advance`. */
  jump(ms: number): void {
    this.#now += Math.round(ms);
  }

  #next(end: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const entry of this.#waiting) {
      if (entry.at > end) continue;
      if (
        first === undefined ||
        entry.at < first.at ||
        (entry.at === first.at && entry.order < first.order)
      ) {
        first = entry;
      }
    }
    return first;
  }
}

/** Lets promise reactions run that are ready, and those that they make ready. */
export async function microtasks(rounds = 30): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await Promise.resolve();
}
