/** The checkers of passing on: each bad run differs from the good one in one thing. */

import type { EventData, LockView } from '@latchbox/shared';
import { describe, expect, test } from 'vitest';
import * as sample from './checkers-sample.ts';
import { judge, tell } from './checkers.ts';
import type { Dump, EpochRow } from './history-dump.ts';
import type { Run } from './history.ts';

const { ANN, BEN, CONVERSATION, STREAM, WALL } = sample;
const MIA = { agentId: 'agt_mia', sessionId: 'ses_mia' };
const INBOX = 'ibx_1';

const person = ({ agentId }: typeof ANN) => ({ id: agentId, name: agentId });
const endsInto = (
  actor: typeof ANN,
  fence: number,
  reason: 'handed_over' | 'taken_over',
  lock: LockView,
): EventData => ({
  type: 'lock.ended',
  fence,
  holder: person(actor),
  reason,
  by: null,
  row: sample.row(lock, 1),
});
const epoch = (actor: typeof ANN, number: number, at: number, endReason: string | null): EpochRow => ({
  conversationId: CONVERSATION,
  epoch: number,
  ...actor,
  requestId: `request-${number}`,
  grantedAt: WALL + at,
  endedAt: endReason === null ? null : WALL + at + 100,
  endReason,
  leaseToken: number <= 3 ? 'one lease' : 'another lease',
});
const reserved: LockView = { status: 'reserved', fence: 3, for: person(ANN), until: WALL + 900 };

/** Ann hands over to Ben, Mia takes over from him and releases; it is Ann's turn, and she takes it. */
function goodRun(): Run {
  const data = [
    sample.granted(ANN, 1, 1),
    endsInto(ANN, 1, 'handed_over', sample.held(BEN, 2)),
    sample.granted(BEN, 2, 1),
    endsInto(BEN, 2, 'taken_over', sample.held(MIA, 3)),
    sample.granted(MIA, 3, 1),
    { ...sample.ended(MIA, 3, 1), row: sample.row(reserved, 1) } as EventData,
    sample.granted(ANN, 4, 1),
  ];
  const events = sample.logOf(data).map((event) => ({ ...event, at: WALL + 100 * event.seq }));
  const dump: Dump = {
    ...sample.goodRun().dumps[0],
    epochs: [
      epoch(ANN, 1, 100, 'handed_over'),
      epoch(BEN, 2, 200, 'taken_over'),
      epoch(MIA, 3, 300, 'idle'),
      epoch(ANN, 4, 500, null),
    ],
    replies: [],
    entries: [],
    outbox: [],
    attempts: [],
    accepted: [],
    events,
    streams: [{ id: STREAM, lastSeq: events.length }],
    conversations: [{ id: CONVERSATION, inboxId: INBOX, lockEpoch: 4 }],
    audit: [
      {
        id: 'aud_1',
        at: WALL,
        actorId: MIA.agentId,
        action: 'lock.taken_over',
        objectType: 'conversation',
        objectId: CONVERSATION,
        details: JSON.stringify({ from: BEN.agentId, fence: 2 }),
      },
    ],
  };
  const memberships = [ANN, BEN, MIA].map(({ agentId }) => ({ inboxId: INBOX, agentId, from: 0, to: null }));
  return {
    ops: [],
    nemeses: [],
    deliveries: [],
    snapshots: [],
    dumps: [dump],
    wallOffset: WALL,
    memberships,
    leasesKept: true,
  };
}

type Change = (run: Run) => Run;
const inDump =
  (change: (dump: Dump) => Partial<Dump>): Change =>
  (run) => ({ ...run, dumps: [{ ...run.dumps[0], ...change(run.dumps[0]) }] });
const withEpoch = (number: number, change: Partial<EpochRow>): Change =>
  inDump((dump) => ({
    epochs: dump.epochs.map((row) => (row.epoch === number ? { ...row, ...change } : row)),
  }));
const withEvent = (seq: number, data: EventData): Change =>
  inDump((dump) => ({
    events: dump.events.map((event) => (event.seq === seq ? { ...event, data } : event)),
  }));
const leaves =
  (agentId: string, to: number): Change =>
  (run) => ({
    ...run,
    memberships: run.memberships!.map((row) => (row.agentId === agentId ? { ...row, to } : row)),
  });

const BAD: readonly [invariant: string, what: string, change: Change][] = [
  ['passing on', 'another lease for the next', withEpoch(2, { leaseToken: 'a new lease' })],
  ['passing on', 'a moment in which it was free', withEpoch(2, { grantedAt: WALL + 250 })],
  ['passing on', 'an end that shows it free', withEvent(2, endsInto(ANN, 1, 'handed_over', sample.free(1)))],
  [
    'passing on',
    'a turn that somebody else takes',
    (run) => withEpoch(4, BEN)(withEvent(7, sample.granted(BEN, 4, 1))(run)),
  ],
  ['I28', 'a take-over that is not written', inDump(() => ({ audit: [] }))],
  [
    'I27',
    'a turn offered to one who is no member any more',
    (run) =>
      leaves(
        ANN.agentId,
        550,
      )(
        withEvent(7, {
          ...sample.ended(MIA, 3, 1),
          type: 'lock.changed',
          step: 'offered',
          row: sample.row(reserved, 1),
        } as EventData)(
          inDump((dump) => ({
            epochs: dump.epochs.slice(0, 3),
            conversations: [{ id: CONVERSATION, inboxId: INBOX, lockEpoch: 3 }],
          }))(run),
        ),
      ),
  ],
  ['I27', 'a lock given to one who is no member any more', leaves(BEN.agentId, 250)],
];

test('a good run is found good', () => {
  const { violations, checked } = judge(goodRun());
  expect(tell(violations)).toBe('');
  expect(checked).toContain('passing on');
});

test('a turn that was offered may be taken over, which the audit tells', () => {
  const details = JSON.stringify({ from: null, offeredTo: ANN.agentId });
  const taken = inDump((dump) => ({
    audit: [...dump.audit!, { ...dump.audit![0]!, id: 'aud_2', actorId: BEN.agentId, details }],
  }));
  const run = taken(withEpoch(4, BEN)(withEvent(7, sample.granted(BEN, 4, 1))(goodRun())));
  expect(tell(judge(run).violations)).toBe('');
});

describe('a bad run', () => {
  test.each(BAD)('breaks %s alone: %s', (invariant, _what, change) => {
    const { violations } = judge(change(goodRun()));
    expect(new Set(violations.map((one) => one.invariant)), tell(violations)).toEqual(new Set([invariant]));
  });
});
