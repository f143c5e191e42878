import type { Clock } from './clock.ts';

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock for tests: time stands still until `advance`, and wall clock and monotonic reading can be moved apart. */
export class ManualClock implements Clock {
  #wall: number;
  #monotonic = 0;
  #order = 0;
  readonly #waiting = new Set<Waiting>();

  constructor(start = 1_750_000_000_000) {
    this.#wall = start;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  setTimer(ms: number, fire: () => void): () => void {
    const entry: Waiting = { at: this.#monotonic + Math.max(0, ms), order: this.#order++, fire };
    this.#waiting.add(entry);
    return () => void this.#waiting.delete(entry);
  }

  /** Lets `ms` pass: fires what comes due, in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#move(next.at - this.#monotonic);
      this.#waiting.delete(next);
      next.fire();
      await settle();
    }
    this.#move(end - this.#monotonic);
    await settle();
  }

  /** Moves the wall clock alone, as an operator or NTP would. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  /** How many timers wait; a test that ends with some has leaked them. */
  get pending(): number {
    return this.#waiting.size;
  }

  #move(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
  }

  #next(end: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const entry of this.#waiting) {
      if (entry.at > end) continue;
      if (first === undefined || entry.at < first.at || (entry.at === first.at && entry.order < first.order))
        first = entry;
    }
    return first;
  }
}

/** Lets everything that is ready run: promise reactions and I/O callbacks of embedded stores. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
