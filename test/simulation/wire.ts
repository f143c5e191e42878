import type { Node } from './time.ts';

/** One direction of a connection: nothing overtakes anything, everything takes its time, and it may stand still. */
export class Wire {
  readonly #to: Node;
  readonly #delay: () => number;
  #queue: { readonly bytes: number; readonly deliver: () => void }[] = [];
  /** Pieces at the head of the queue that have a timer. */
  #under = 0;
  #last = 0;
  #life = 0;
  #stalled = false;
  bytes = 0;

  constructor(to: Node, delay: () => number) {
    this.#to = to;
    this.#delay = delay;
  }

  get packets(): number {
    return this.#queue.length;
  }

  put(bytes: number, deliver: () => void): void {
    this.#queue.push({ bytes, deliver });
    this.bytes += bytes;
    if (!this.#stalled) this.#send();
  }

  /** What is already near its end arrives; the rest waits. */
  stall(): void {
    this.#stalled = true;
  }

  resume(): void {
    if (!this.#stalled) return;
    this.#stalled = false;
    while (this.#under < this.#queue.length) this.#send();
  }

  /** Loses all that is under way. */
  clear(): void {
    this.#life += 1;
    this.#queue = [];
    this.#under = 0;
    this.bytes = 0;
  }

  #send(): void {
    const life = this.#life;
    const now = this.#to.monotonic();
    this.#under += 1;
    this.#last = Math.max(this.#last, now + this.#delay());
    this.#to.reach(this.#last - now, () => {
      if (life !== this.#life) return;
      // Always the head, so that a receiver that stood still takes things in their order.
      const piece = this.#queue.shift();
      this.#under -= 1;
      if (piece === undefined) return;
      this.bytes -= piece.bytes;
      piece.deliver();
    });
  }
}
