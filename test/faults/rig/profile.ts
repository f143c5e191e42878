/** What CI plays (`--profile pr`): every nemesis in each of three runs, in an order by chance, in about seven minutes. */

import type { NemesisName } from '../nemeses/nemesis.ts';
import type { Plan } from './break.ts';

/**
 * The same ones every time: whoever changes something is told of what they broke, not of what chance found. New seeds are for
 * longer runs.
 */
export const SEEDS: readonly number[] = [101, 102, 103];

/**
 * How often the reliability notes want each nemesis in a run for a pull request, and how often it comes here in the run of one seed,
 * where all of them share one rig. N7, N22 and N23 are no part of it.
 */
const ROWS: readonly (readonly [name: NemesisName, wanted: number, here: number])[] = [
  ['N1', 20, 2],
  ['N2', 60, 3],
  ['N3', 20, 2],
  ['N4', 10, 1],
  ['N5', 3, 1],
  ['N6', 5, 2],
  ['N8', 5, 1],
  ['N9', 3, 1],
  ['N10', 10, 2],
  ['N11', 3, 1],
  ['N12', 20, 2],
  ['N13', 5, 1],
  ['N14', 0, 1],
  ['N15', 1, 1],
  ['N16', 1, 1],
  ['N17', 5, 1],
  ['N18', 10, 3],
  ['N19', 10, 1],
  ['N20', 60, 4],
  ['N21', 10, 3],
];
/** No fault is begun after this; the plan is done before it on a machine of its own. */
export const PLAN_SECONDS = 120;
/** All runs together, ms; what takes longer is a failure by itself. */
export const LIMIT = 18 * 60_000;

export const PLAN: Plan = Object.fromEntries(ROWS.map(([name, , here]) => [name, here]));

/** What is scaled down, for people who read the log. */
export function scaledDown(): string[] {
  const times = SEEDS.length;
  const less = ROWS.filter(([, wanted, here]) => times * here < wanted);
  return [
    `profile pr, scaled down to fit into minutes of CI, over ${times} seeds:`,
    ...less.map(([name, wanted, here]) => `  ${name}: ${times * here} of ${wanted}`),
    '  N24: each run is a mix',
    '  N16: 12 clients of 200; N12: 1 to 10 s; N18: a stall of up to 3 s stands for 30 s',
  ];
}
