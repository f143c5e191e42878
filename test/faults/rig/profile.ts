/** What CI plays (`--profile pr`): every nemesis, as often as twelve minutes allow, and then the mix. */

import type { NemesisName } from '../nemeses/nemesis.ts';
import type { Plan } from './break.ts';

/**
 * How often the reliability notes want each nemesis in a run for a pull request, and how often it comes here, where all of them
 * share one run. N7, N22 and N23 are no part of the rig.
 */
const ROWS: readonly (readonly [name: NemesisName, wanted: number, here: number])[] = [
  ['N1', 20, 8],
  ['N2', 60, 16],
  ['N3', 20, 6],
  ['N4', 10, 4],
  ['N5', 3, 3],
  ['N6', 5, 5],
  ['N8', 5, 5],
  ['N9', 3, 3],
  ['N10', 10, 10],
  ['N11', 3, 3],
  ['N12', 20, 8],
  ['N13', 5, 5],
  ['N14', 0, 2],
  ['N15', 1, 1],
  ['N16', 1, 3],
  ['N17', 5, 2],
  ['N18', 10, 6],
  ['N19', 10, 5],
  ['N20', 60, 14],
  ['N21', 10, 8],
];
/** Wanted: three minutes. */
export const MIX_SECONDS = 90;
/** No fault is begun after this; the plan is done before it on a machine of its own. */
export const PLAN_SECONDS = 390;

export const PLAN: Plan = Object.fromEntries(ROWS.map(([name, , here]) => [name, here]));

/** What is scaled down, for people who read the log. */
export function scaledDown(): string[] {
  const less = ROWS.filter(([, wanted, here]) => here < wanted);
  return [
    'profile pr, scaled down to fit into twelve minutes of CI:',
    ...less.map(([name, wanted, here]) => `  ${name}: ${here} of ${wanted}`),
    `  N24: ${MIX_SECONDS} s of 180 s`,
    '  N16: 12 clients of 200; N12: 1 to 10 s; N18: a stall of up to 3 s stands for 30 s',
  ];
}
