import type { Clock } from '../lib/clock.ts';

/** How long items gather for a room while writing to connections costs little, in ms. */
export const GATHER_MS = 16;
/** And at most, while it costs much. */
export const GATHER_MOST_MS = 100;

/** How often it is looked at what writing costs, in ms: longer than a burst, whose last items would wait for nothing. */
const LOOK_EVERY = 250;
/** Parts of the time that go into writing to rooms: above the first items gather longer, below the second shorter. */
const MUCH = 0.1;
const LITTLE = 0.04;
const STEP = 1.5;

/**
 * How long the items of a room gather, the same for all rooms of a server. A frame of two events costs hardly more than one of one,
 * so a server that spends much of its time on writing has more of them wait for each other, and comes to its other work again.
 */
export class Gathering {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #ms = GATHER_MS;
  #spent = 0;
  #since: number;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  /** The present length of the window. */
  get ms(): number {
    return this.#ms;
  }

  /** Counts how long `write` takes, which writes a frame to a room. */
  writing(write: () => void): void {
    const began = this.#clock.monotonic();
    write();
    const now = this.#clock.monotonic();
    this.#spent += now - began;
    if (now - this.#since >= LOOK_EVERY) this.#look(now);
  }

  #look(now: number): void {
    const part = this.#spent / (now - this.#since);
    if (part > MUCH) this.#ms = Math.min(GATHER_MOST_MS, this.#ms * STEP);
    // After a rest this is the first frame for long: nothing is known of what comes.
    else if (now - this.#since >= 4 * LOOK_EVERY) this.#ms = GATHER_MS;
    else if (part < LITTLE) this.#ms = Math.max(GATHER_MS, this.#ms / STEP);
    this.#spent = 0;
    this.#since = now;
  }
}
