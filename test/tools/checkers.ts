/** All invariants that need nothing but the run, and the sentence a test prints when one is broken. */

import {
  checkAgreement,
  checkDenseLog,
  checkInOrder,
  checkNoLoss,
  checkSnapshots,
} from './checkers-events.ts';
import {
  checkEpochsGrow,
  checkFencing,
  checkHoldersTold,
  checkIdempotentAcquire,
  checkMutualExclusion,
  checkNoResurrection,
  checkOneAgentPerEpoch,
  checkReleases,
  type Violation,
} from './checkers-locks.ts';
import {
  checkBoundedDuplicates,
  checkNoBlindReplies,
  checkNoPhantoms,
  checkStableAnswers,
  checkStoredOnce,
  checkTriples,
} from './checkers-replies.ts';
import type { Run } from './history.ts';

const CHECKS: readonly ((run: Run) => Violation[])[] = [
  checkOneAgentPerEpoch,
  checkEpochsGrow,
  checkFencing,
  checkMutualExclusion,
  checkNoResurrection,
  checkReleases,
  checkIdempotentAcquire,
  checkHoldersTold,
  checkStoredOnce,
  checkStableAnswers,
  checkNoPhantoms,
  checkTriples,
  checkNoBlindReplies,
  checkBoundedDuplicates,
  checkDenseLog,
  checkNoLoss,
  checkInOrder,
  checkSnapshots,
  checkAgreement,
];

/** Everything that is wrong with a run. `waived`: invariants that its faults take away, by name. */
export function checkRun(run: Run, waived: readonly string[] = []): Violation[] {
  return CHECKS.flatMap((check) => check(run)).filter(({ invariant }) => !waived.includes(invariant));
}

/** Violations as lines, the first few of each invariant. */
export function tell(violations: readonly Violation[]): string {
  const lines: string[] = [];
  for (const [invariant, group] of Map.groupBy(violations, (violation) => violation.invariant)) {
    lines.push(`${invariant}: ${group.length} violations`);
    for (const { story } of group.slice(0, 5)) lines.push(`  ${story.slice(0, 600)}`);
  }
  return lines.join('\n');
}
