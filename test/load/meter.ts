/** Latencies and counts, kept small enough to be sent from process to process every second and added up. */

/** Steps an octave: a percentile is off by at most 2 %. */
const STEPS = 16;
const LEAST = 0.01;

const stepOf = (ms: number): number => Math.round(Math.log2(Math.max(ms, LEAST)) * STEPS);
const valueOf = (step: number): number => 2 ** (step / STEPS);

/** How often each latency came, as pairs of step and count. */
export type Spread = readonly (readonly [step: number, count: number])[];

/** Latencies in ms, in steps that grow with them. */
export class Latencies {
  readonly #counts = new Map<number, number>();
  #total = 0;

  get count(): number {
    return this.#total;
  }

  add(ms: number): void {
    this.#put(stepOf(ms), 1);
  }

  merge(spread: Spread): void {
    for (const [step, count] of spread) this.#put(step, count);
  }

  spread(): Spread {
    return [...this.#counts];
  }

  /** In ms; `part` from 0 to 1. NaN while nothing was added. */
  percentile(part: number): number {
    const rank = Math.max(1, Math.ceil(part * this.#total));
    let seen = 0;
    for (const [step, count] of [...this.#counts].toSorted(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) return valueOf(step);
    }
    return Number.NaN;
  }

  #put(step: number, count: number): void {
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + count);
    this.#total += count;
  }
}

/** What happened in one span of time. */
export interface Reading {
  readonly latencies: Readonly<Record<string, Spread>>;
  readonly counts: Readonly<Record<string, number>>;
}

/** Collects until it is read, and then begins anew. */
export class Meter {
  #latencies = new Map<string, Latencies>();
  #counts = new Map<string, number>();

  /** `kind` took so long. */
  took(kind: string, ms: number): void {
    let latencies = this.#latencies.get(kind);
    if (latencies === undefined) {
      latencies = new Latencies();
      this.#latencies.set(kind, latencies);
    }
    latencies.add(ms);
  }

  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  read(): Reading {
    const latencies = [...this.#latencies].map(([kind, one]) => [kind, one.spread()] as const);
    const reading = { latencies: Object.fromEntries(latencies), counts: Object.fromEntries(this.#counts) };
    this.#latencies = new Map();
    this.#counts = new Map();
    return reading;
  }
}

/** Several readings as one. */
export class Sum {
  readonly latencies = new Map<string, Latencies>();
  readonly counts = new Map<string, number>();

  add({ latencies, counts }: Reading): void {
    for (const [kind, spread] of Object.entries(latencies)) this.of(kind).merge(spread);
    for (const [what, by] of Object.entries(counts)) this.counts.set(what, this.counted(what) + by);
  }

  of(kind: string): Latencies {
    const found = this.latencies.get(kind) ?? new Latencies();
    this.latencies.set(kind, found);
    return found;
  }

  counted(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  reading(): Reading {
    const latencies = [...this.latencies].map(([kind, one]) => [kind, one.spread()] as const);
    return { latencies: Object.fromEntries(latencies), counts: Object.fromEntries(this.counts) };
  }
}
