import type { Clock } from '../lib/clock.ts';
import { FRAME_ITEMS, FRAME_LENGTH } from './frame.ts';

/**
 * What gathers within a short window leaves together: one write a receiver costs far more than a longer frame. When nothing
 * left for a window's time, the first item leaves as soon as the running code is done, so that a quiet room waits for nothing.
 */
export class FrameGate {
  readonly #clock: Clock;
  readonly #gathering: { readonly ms: number };
  readonly #leave: (items: readonly string[]) => void;
  #items: string[] = [];
  #length = 0;
  #lastLeft = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined = undefined;

  /** `gathering`: the length of the window, ms. */
  constructor(clock: Clock, gathering: { readonly ms: number }, leave: (items: readonly string[]) => void) {
    this.#clock = clock;
    this.#gathering = gathering;
    this.#leave = leave;
  }

  add(item: string): void {
    this.#items.push(item);
    this.#length += item.length;
    if (this.#items.length >= FRAME_ITEMS || this.#length >= FRAME_LENGTH) this.flush();
    else if (this.#cancel === undefined) this.#schedule();
  }

  /** Lets everything leave now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#length = 0;
    this.#lastLeft = this.#clock.monotonic();
    this.#leave(items);
  }

  /** Forgets what has not left. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#items = [];
  }

  #schedule(): void {
    const rest = this.#lastLeft + this.#gathering.ms - this.#clock.monotonic();
    if (rest > 0) {
      this.#cancel = this.#clock.setTimer(rest, () => this.flush());
      return;
    }
    let due = true;
    this.#cancel = () => {
      due = false;
    };
    queueMicrotask(() => {
      if (due) this.flush();
    });
  }
}
