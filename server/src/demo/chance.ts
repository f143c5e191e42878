/** Chance that can be repeated: the same seed gives the same numbers. */
export interface Chance {
  /** From `least` up to `most`. */
  between(least: number, most: number): number;
  /** True in this share of cases, 0 to 1. */
  happens(share: number): boolean;
  /** One of them; undefined of none. */
  oneOf<T>(things: readonly T[]): T | undefined;
}

/** The generator known as mulberry32: small, and good enough for play. */
export function createChance(seed: number): Chance {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    between: (least, most) => least + (most - least) * next(),
    happens: (share) => next() < share,
    oneOf: (things) => things[Math.floor(next() * things.length)],
  };
}
