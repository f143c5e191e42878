/** Holds what a run wrote down against the invariants. */

import { lastDump, report, type Violation } from '../../tools/checkers-locks.ts';
import { judge as judgeRun, type Judgement } from '../../tools/checkers.ts';
import type { Dump } from '../../tools/history-dump.ts';
import { type Run, wallOffset } from '../../tools/history.ts';
import type { ProviderCopy, Recovery } from '../../tools/history-record.ts';
import { FRAME_LENGTH } from '../../../server/src/realtime/frame.ts';
import { MAX_WAITING_BYTES } from '../../../server/src/realtime/peer.ts';
import type { Notebook } from './notebook.ts';
import { type Rig, T } from './rig.ts';

/** A row is dated at the beginning of its transaction, which a frozen server may end seconds later. */
const WAIVED = ['right holder'];
/** What a machine with two cores, on which everything runs at once, may add to promised times, ms. */
const SLACK = 1_000;

/** Everything of a run in the form that the checkers take. */
export function runOf(rig: Rig, dumps: readonly [Dump, ...Dump[]], recovery: Recovery): Run {
  const { notebook } = rig;
  return {
    ops: notebook.history.ops,
    nemeses: notebook.history.nemeses,
    deliveries: notebook.deliveries,
    snapshots: notebook.snapshots,
    dumps,
    wallOffset: wallOffset(),
    bounds: {
      // It is paused when it has more than this: the frame that fills it is let in whole.
      queueBytes: MAX_WAITING_BYTES + 2 * FRAME_LENGTH,
      ttl: T,
      heartbeat: 500,
      // The server may not notice that one is gone, nor the client of another one that it hears nothing.
      unnoticed: 2 * 2_000,
      // Two answers that wait for each other on a busy machine.
      alike: 25,
      slack: SLACK,
      // As long as a server may be frozen, and the time in which a client notices that a connection is gone.
      holderKnows: 3 * T + 4_000,
    },
    memberships: notebook.memberships,
    sessionEnds: notebook.sessionEnds,
    adminActs: notebook.adminActs,
    disclosures: notebook.disclosures,
    outages: notebook.outages,
    clockJumps: notebook.clockJumps,
    exits: notebook.exits,
    leases: notebook.leases,
    holdings: notebook.holdings,
    orphans: notebook.orphans,
    probes: notebook.probes,
    presence: notebook.presence,
    resources: notebook.resources,
    socketLives: notebook.lives,
    provider: [...rig.provider.copies, ...simulated(rig)],
    providerForgets: true,
    log: logOf(rig),
    recovery,
    quietAt: Date.now(),
  };
}

/**
 * What the simulator's customers got, which is a provider of its own: it keeps one copy of each key. In the order in which they were
 * stored: they are dated by the clocks of servers, with which N14 plays.
 */
function simulated(rig: Rig): ProviderCopy[] {
  const sql = 'SELECT message_key AS messageKey, body FROM simulator_deliveries ORDER BY rowid';
  return rig.rows<{ messageKey: string; body: string }>(sql).map(({ messageKey, body }, at) => ({
    messageKey,
    at,
    accepted: ['customer'],
    refused: [],
    hash: body,
    answer: 'accepted',
  }));
}

function logOf(rig: Rig): NonNullable<Run['log']> {
  return rig.servers.flatMap(({ lines }, number) =>
    lines
      .filter((line) => /unhandled|uncaught/i.test(line))
      .map((text) => ({ node: String(number), at: 0, text })),
  );
}

/** A customer's message that was taken is filed once, and one that nobody may have taken is filed nowhere. */
function checkIncoming(run: Run, { incoming }: Notebook): Violation[] {
  const { found, add } = report('incoming');
  const filed = new Map<string, number>();
  for (const { kind, body } of lastDump(run).entries) {
    if (kind !== 'message') continue;
    const marker = /in-[0-9a-f-]{36}/.exec(body)?.[0];
    if (marker !== undefined) filed.set(marker, (filed.get(marker) ?? 0) + 1);
  }
  for (const { marker, by, outcome, why } of incoming) {
    const times = filed.get(marker) ?? 0;
    if (outcome === 'ok' && times !== 1) add(`${marker}, taken by ${by}, is filed ${times} times`);
    if (outcome === 'info' && times > 1)
      add(`${marker}, sent by ${by} until ${why}, is filed ${times} times`);
    if (outcome === 'fail') add(`${marker}, sent by ${by}, was refused: ${why}`);
  }
  return found;
}

/** All violations of a run, and the invariants about which it says nothing. */
export function judge(
  run: Run,
  notebook: Notebook,
): Pick<Judgement, 'noData'> & { readonly violations: Violation[] } {
  const { violations, noData } = judgeRun(run, WAIVED);
  return { violations: [...violations, ...checkIncoming(run, notebook), ...notebook.wrong], noData };
}
