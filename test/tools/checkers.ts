/** Every invariant with what judges it, and the sentence a test prints when one is broken. */

import { checkHiding, checkIsolation, checkMembership, checkSessionEnds } from './checkers-access.ts';
import { checkAudit } from './checkers-audit.ts';
import { boundsOf } from './checkers-bounds.ts';
import {
  checkAgreement,
  checkDenseLog,
  checkInOrder,
  checkNoLoss,
  checkSnapshots,
} from './checkers-events.ts';
import { checkLeasesEnd, checkOrphanLeases, checkTokenOfRelease } from './checkers-leases.ts';
import { checkBoundedOrphans, checkEarlyLoss, checkHolderKnows } from './checkers-liveness.ts';
import {
  checkEpochsGrow,
  checkFencing,
  checkHoldersTold,
  checkIdempotentAcquire,
  checkMutualExclusion,
  checkNoResurrection,
  checkOneAgentPerEpoch,
  checkReleases,
  GRANTS,
  lastDump,
  type Violation,
} from './checkers-locks.ts';
import { checkPassingOn, passesOn } from './checkers-passing.ts';
import { checkOrderAtProvider, checkProviderCopies, checkRecipients } from './checkers-provider.ts';
import {
  checkBoundedDuplicates,
  checkNoBlindReplies,
  checkNoPhantoms,
  checkOutboxDrained,
  checkStableAnswers,
  checkStoredOnce,
  checkTriples,
} from './checkers-replies.ts';
import { checkBoundedMemory, checkFailFast, checkPresence, checkRecovery } from './checkers-resources.ts';
import type { Op, Run } from './history.ts';

export interface Invariant {
  /** As the reliability notes number it, or a name where they have none. */
  readonly name: string;
  readonly says: string;
  readonly checks: readonly ((run: Run) => Violation[])[];
  /** Whether the run has anything in it that could break the invariant. */
  readonly hasData: (run: Run) => boolean;
}

const some = (list: readonly unknown[] | undefined): boolean => (list?.length ?? 0) > 0;
const did =
  (...names: readonly Op['op'][]) =>
  (run: Run): boolean =>
    run.ops.some((op) => names.includes(op.op));
const granted = did(...GRANTS);
const sent = did('send', 'sendOnce');
const delivered = (run: Run): boolean => run.deliveries.some(({ events }) => events.length > 0);
const epochs = (run: Run): boolean => some(lastDump(run).epochs);
const replies = (run: Run): boolean => some(lastDump(run).replies);
const outbox = (run: Run): boolean => some(lastDump(run).outbox);

/** In the order of the reliability notes. I27 means other inboxes here: a deployment has one organisation. */
export const INVARIANTS: readonly Invariant[] = [
  { name: 'I1', says: 'one agent an epoch', checks: [checkOneAgentPerEpoch], hasData: replies },
  { name: 'I2', says: 'epochs are given once and grow', checks: [checkEpochsGrow], hasData: epochs },
  { name: 'I3', says: 'no reply under an old fence', checks: [checkFencing], hasData: epochs },
  { name: 'I4', says: 'one holder at a time', checks: [checkMutualExclusion], hasData: granted },
  {
    name: 'I5',
    says: 'nobody waits long for a dead holder, nor loses to a living one',
    checks: [
      (run) => checkBoundedOrphans(run, run.orphans ?? [], boundsOf(run).slack),
      checkOrphanLeases,
      (run) => (run.leasesKept === true ? checkEarlyLoss(run, boundsOf(run).ttl, boundsOf(run).slack) : []),
    ],
    hasData: (run) => some(run.orphans) || run.leasesKept === true || (run.holdings?.length ?? 0) > 1,
  },
  {
    name: 'I6',
    says: 'what is over stays over',
    checks: [checkNoResurrection, checkLeasesEnd],
    hasData: (run) => granted(run) || some(run.leases) || some(run.leaseTries),
  },
  {
    name: 'I7',
    says: 'only its holder gives a lock back',
    checks: [checkReleases, checkTokenOfRelease],
    hasData: (run) => did('release')(run) || some(run.leaseTries),
  },
  { name: 'I8', says: 'an acquire can be repeated', checks: [checkIdempotentAcquire], hasData: granted },
  {
    name: 'I9',
    says: 'a holder learns of its end',
    checks: [(run) => checkHolderKnows(run, run.bounds?.holderKnows ?? Infinity)],
    // How soon depends on the faults: without a promise for this run there is nothing to hold it against.
    hasData: (run) => run.bounds?.holderKnows !== undefined && delivered(run),
  },
  {
    name: 'right holder',
    says: 'the refused are told who holds it',
    checks: [checkHoldersTold],
    hasData: granted,
  },
  { name: 'passing on', says: 'nobody slips in between', checks: [checkPassingOn], hasData: passesOn },
  { name: 'I10', says: 'acknowledged is stored, once', checks: [checkStoredOnce], hasData: sent },
  { name: 'I11', says: 'one client id, one answer', checks: [checkStableAnswers], hasData: sent },
  { name: 'I12', says: 'refused is not stored', checks: [checkNoPhantoms], hasData: sent },
  { name: 'I13', says: 'reply, event and outbox row together', checks: [checkTriples], hasData: replies },
  { name: 'I14', says: 'no blind reply', checks: [checkNoBlindReplies], hasData: sent },
  {
    name: 'I15',
    says: 'every message leaves, fails for a reason, or is held',
    checks: [(run) => (run.quietAt === undefined ? [] : checkOutboxDrained(run, run.quietAt))],
    hasData: (run) => run.quietAt !== undefined && outbox(run),
  },
  {
    name: 'I16',
    says: 'bounded duplicates',
    checks: [checkBoundedDuplicates, checkProviderCopies],
    hasData: outbox,
  },
  {
    name: 'I17',
    says: 'nobody gets it again for the sake of another',
    checks: [checkRecipients],
    hasData: (run) => (run.provider ?? []).some(({ refused }) => refused.length > 0),
  },
  { name: 'I18', says: 'in order to the provider', checks: [checkOrderAtProvider], hasData: outbox },
  {
    name: 'I19',
    says: 'a dense log that never changes',
    checks: [checkDenseLog],
    hasData: (run) => some(lastDump(run).events),
  },
  {
    name: 'I20',
    says: 'no client lacks anything',
    checks: [checkNoLoss],
    hasData: (run) => run.deliveries.some(({ live }) => live),
  },
  { name: 'I21', says: 'one after the other', checks: [checkInOrder], hasData: delivered },
  {
    name: 'I22',
    says: 'a snapshot is the fold of its events',
    checks: [checkSnapshots],
    hasData: (run) => some(run.snapshots),
  },
  { name: 'I23', says: 'all see the same', checks: [checkAgreement], hasData: delivered },
  {
    name: 'I24',
    says: 'told to members alone',
    checks: [checkMembership],
    hasData: (run) => some(run.memberships),
  },
  {
    name: 'I25',
    says: 'hidden looks like missing',
    checks: [checkHiding],
    hasData: (run) => some(run.probes),
  },
  {
    name: 'I26',
    says: 'an ended session is over',
    checks: [checkSessionEnds],
    hasData: (run) => some(run.sessionEnds),
  },
  {
    name: 'I27',
    says: 'nothing is done to the inboxes of others',
    checks: [checkIsolation],
    hasData: (run) => some(run.memberships),
  },
  { name: 'I28', says: 'a record of everything, once', checks: [checkAudit], hasData: epochs },
  {
    name: 'I29',
    says: 'bounded memory',
    checks: [checkBoundedMemory],
    hasData: (run) => some(run.resources),
  },
  {
    name: 'I30',
    says: 'quick answers when a part is away',
    checks: [checkFailFast],
    hasData: (run) => some(run.outages),
  },
  {
    name: 'I31',
    says: 'everything comes back, nothing falls by itself',
    checks: [checkRecovery],
    hasData: (run) => run.recovery !== undefined || some(run.exits) || some(run.log),
  },
  { name: 'I32', says: 'no ghosts', checks: [checkPresence], hasData: (run) => some(run.presence) },
];

/** What came of holding a run against all invariants. */
export interface Judgement {
  readonly violations: readonly Violation[];
  /** Names of those that the run could have broken, and that were looked at. */
  readonly checked: readonly string[];
  /** Names of those about which the run says nothing. */
  readonly noData: readonly string[];
  readonly waived: readonly string[];
}

/** Holds a run against every invariant. `waived`: those that its faults take away, by name. */
export function judge(run: Run, waived: readonly string[] = []): Judgement {
  const wanted = INVARIANTS.filter(({ name }) => !waived.includes(name));
  const [checked, noData] = [
    wanted.filter(({ hasData }) => hasData(run)),
    wanted.filter(({ hasData }) => !hasData(run)),
  ];
  return {
    // Also those without data: a dump alone may break what no operation was about.
    violations: wanted.flatMap(({ checks }) => checks.flatMap((check) => check(run))),
    checked: checked.map(({ name }) => name),
    noData: noData.map(({ name }) => name),
    waived,
  };
}

/** Everything that is wrong with a run. */
export function checkRun(run: Run, waived: readonly string[] = []): readonly Violation[] {
  return judge(run, waived).violations;
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
