import type { RateClass } from '@latchbox/shared';

/** `perSecond` on average, and up to `burst` at once. */
interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}
export type Rates = Readonly<Record<RateClass, Rate>>;

/** What one connection may send. */
export const DEFAULT_RATES: Rates = {
  hello: { perSecond: 1, burst: 5 },
  read: { perSecond: 50, burst: 150 },
  write: { perSecond: 20, burst: 60 },
  lock: { perSecond: 20, burst: 60 },
  subscribe: { perSecond: 50, burst: 300 },
  signal: { perSecond: 20, burst: 40 },
};
/** All connections of an agent together may send this many times as much. */
export const AGENT_FACTOR = 4;

/** The same limits, `factor` times as wide. */
export function scaleRates(rates: Rates, factor: number): Rates {
  const scaled = Object.entries(rates).map(([rate, { perSecond, burst }]) => [
    rate,
    { perSecond: perSecond * factor, burst: burst * factor },
  ]);
  return Object.fromEntries(scaled) as Rates;
}

const CLASSES: readonly RateClass[] = ['hello', 'read', 'write', 'lock', 'subscribe', 'signal'];

export interface Limiter {
  /** Takes one; otherwise in how many ms there will be one again. */
  take(rate: RateClass, now: number): number | undefined;
  /** True when nothing is left of what was taken: forgetting it changes nothing. */
  idle(now: number): boolean;
}

/**
 * A limit for each class, as one number a class: the moment at which everything taken so far is paid for (GCRA). No timers, and
 * little room, because there is one of these for every connection. `now` is a monotonic reading in ms.
 */
export function createLimiter(rates: Rates, factor = 1): Limiter {
  return new ClassLimiter(rates, factor);
}

class ClassLimiter implements Limiter {
  readonly #rates: Rates;
  readonly #factor: number;
  /** In the order of `CLASSES`; made with the first that is taken, because most connections only listen. */
  #paidFor: number[] | undefined = undefined;

  constructor(rates: Rates, factor: number) {
    this.#rates = rates;
    this.#factor = factor;
  }

  take(rate: RateClass, now: number): number | undefined {
    const { perSecond, burst } = this.#rates[rate];
    const interval = 1_000 / (perSecond * this.#factor);
    const place = CLASSES.indexOf(rate);
    const from = Math.max(this.#paidFor?.[place] ?? 0, now);
    const wait = from + interval - (now + interval * burst * this.#factor);
    // Half a microsecond of tolerance: the sums are not exact.
    if (wait > 0.0005) return Math.ceil(wait);
    this.#paidFor ??= CLASSES.map(() => 0);
    this.#paidFor[place] = from + interval;
    return undefined;
  }

  idle(now: number): boolean {
    return this.#paidFor?.every((moment) => moment <= now) ?? true;
  }
}
