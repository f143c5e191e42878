import type { Clock } from '@latchbox/server/src/lib/clock.ts';

interface Timer {
  at: number;
  order: number;
  readonly node: Node;
  /** Undefined: taken back, or fired. */
  fire: (() => void) | undefined;
}

/** 2026-03-01: where every simulation begins. */
export const START = 1_772_323_200_000;
/** More timers than this at one moment call each other for ever. */
const MOST_AT_ONCE = 20_000;

/**
 * The one time of a simulation, in ms. It passes only in `advance`, and every timer fires at its own moment, one after the
 * other: whatever runs at the same time does so in an order that follows from the timers alone.
 */
export class SimTime {
  /** Ms since the beginning. */
  now = 0;
  /** How many timers have fired: what a run cost. */
  fired = 0;
  readonly #heap: Timer[] = [];
  #order = 0;
  /** Timers that fired at this very moment. */
  #atOnce = 0;

  /** A machine with a clock of its own. */
  node(name: string): Node {
    return new Node(this, name);
  }

  add(node: Node, ms: number, fire: () => void): () => void {
    const timer: Timer = { at: this.now + Math.max(0, ms), order: (this.#order += 1), node, fire };
    push(this.#heap, timer);
    return () => {
      timer.fire = undefined;
    };
  }

  /** Lets `ms` pass. After each timer everything that it made ready runs. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      pop(this.#heap);
      const { node, fire } = next;
      if (fire === undefined || node.dead) continue;
      if (node.isFrozen) {
        node.park(next);
        continue;
      }
      this.#move(next);
      next.fire = undefined;
      fire();
      await settle();
    }
    this.now = end;
  }

  /** Takes back in what waited for a machine that stood still: now, and in its order. */
  takeIn(timers: readonly Timer[]): void {
    for (const timer of timers) {
      timer.at = this.now;
      timer.order = this.#order += 1;
      push(this.#heap, timer);
    }
  }

  #move({ at, node, fire }: Timer): void {
    this.#atOnce = at > this.now ? 0 : this.#atOnce + 1;
    if (this.#atOnce > MOST_AT_ONCE) throw new Error(`Time stands still: ${node.name} ${String(fire)}`);
    this.now = at;
    this.fired += 1;
  }

  /** Whose timers still wait, for people. */
  get waiting(): string {
    const all = this.#heap.filter(({ fire, node }) => fire !== undefined && !node.dead);
    return all
      .map(({ node, fire }) => `${node.name} ${String(fire)}`)
      .join('; ')
      .slice(0, 400);
  }

  /** Timers of living machines that still wait. */
  get pending(): number {
    return this.#heap.filter(({ fire, node }) => fire !== undefined && !node.dead).length;
  }
}

/** A machine: its timers stop with it, and its wall clock may be wrong. */
export class Node implements Clock {
  readonly name: string;
  readonly #time: SimTime;
  /** How far its wall clock is off, in ms. */
  skew = 0;
  /** It stands still, as a stopped process does: what is due happens when it goes on. */
  isFrozen = false;
  #parked: Timer[] = [];
  /** Killed: nothing of it happens any more. */
  dead = false;

  constructor(time: SimTime, name: string) {
    this.#time = time;
    this.name = name;
  }

  now(): number {
    return START + Math.floor(this.#time.now) + this.skew;
  }

  monotonic(): number {
    return this.#time.now;
  }

  /** As timers are on every platform: no shorter than a millisecond. */
  readonly setTimer = (ms: number, fire: () => void): (() => void) =>
    this.#time.add(this, Math.max(1, ms), fire);

  /** Calls `fire` when something has reached this machine, if it lives then. */
  reach(ms: number, fire: () => void): () => void {
    return this.#time.add(this, ms, fire);
  }

  /** The same, as a promise. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.reach(ms, resolve));
  }

  freeze(): void {
    this.isFrozen = true;
  }

  thaw(): void {
    this.isFrozen = false;
    this.#time.takeIn(this.#parked);
    this.#parked = [];
  }

  park(timer: Timer): void {
    this.#parked.push(timer);
  }
}

/** Lets all that is ready run. Nothing in a simulation waits for the machine, so one turn of the event loop is enough. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Timer[], timer: Timer): void {
  let at = heap.push(timer) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent]!;
    if (!before(timer, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    const [left, right] = [heap[child], heap[child + 1]];
    if (left === undefined) break;
    if (right !== undefined && before(right, left)) child += 1;
    const least = heap[child]!;
    if (!before(least, last)) break;
    heap[at] = least;
    at = child;
  }
  heap[at] = last;
}
