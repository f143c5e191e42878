/** Seeds that once showed a fault, with the number of steps that they were run with. They stay. */
export interface Kept {
  readonly seed: number;
  readonly steps: number;
  /** What it showed. */
  readonly showed: string;
}

export const KEPT: readonly Kept[] = [
  { seed: 5, steps: 80, showed: "a typist for an hour: the clock of a reader's server was set back" },
  { seed: 47, steps: 80, showed: "a typist for an hour: the reader's server was an hour ahead, and killed" },
  {
    seed: 68,
    steps: 80,
    showed: 'a typist for an hour: a clock was set between an item and the next head beat',
  },
];
