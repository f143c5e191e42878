/** The checkers of what a rig observes of locks, replies and messages (to I23): each bad run differs from the good one in one thing. */

import { describe, expect, test } from 'vitest';
import {
  also,
  CLEO,
  type Change,
  copy,
  did,
  goodRun,
  inLastDump,
  INBOX,
  note,
  OBSERVED,
  refused,
  seen,
  took,
} from './checkers-observed-sample.ts';
import * as sample from './checkers-sample.ts';
import { INVARIANTS, judge, tell } from './checkers.ts';
import type { Dump } from './history-dump.ts';

const { ANN, BEN, CONVERSATION, STREAM, WALL } = sample;
const [copy2, copy3] = [copy('key-2', 320), copy('key-3', 620)];
const silent = { ...copy2, answer: 'silent' as const };
const partly = { ...copy2, accepted: ['cleo@example.com'], refused: ['dora@example.com'] };
const ambiguous = inLastDump((dump) => ({
  attempts: [{ messageKey: 'key-2', outcome: null }, ...dump.attempts],
}));

const BAD: readonly [invariant: string, what: string, change: Change][] = [
  [
    'I5',
    'somebody who still waits for a dead holder',
    (run) =>
      did(refused(ANN, 720, 'lock_held', { holder: { id: BEN.agentId } }))(
        inLastDump((dump) => ({
          epochs: dump.epochs.map((row) => ({ ...row, endedAt: row.endedAt! + 200 })),
        }))(run),
      ),
  ],
  [
    'I5',
    'a client that is never told of the end',
    (run) => ({
      ...seen({ orphans: [{ ...OBSERVED.orphans[0]!, fence: 3 }] })(run),
      deliveries: run.deliveries.slice(0, 1),
    }),
  ],
  [
    'I5',
    'a lock that expires as soon as it was given',
    inLastDump((dump) => ({
      epochs: dump.epochs.map((row) => ({ ...row, grantedAt: row.endedAt! - 50, endReason: 'expired' })),
    })),
  ],
  [
    'I5',
    'a lease that lives on without a row',
    also(
      'holdings',
      ...[900, 960, 1_030].map((at) => ({ at, leases: [{ key: 'k', token: 'x' }], rows: ['y'] })),
    ),
  ],
  [
    'I6',
    'a lease that nobody holds any more',
    also('leases', { at: 740, nobodySince: 610, ttl: 100, keys: ['lease:cnv_1'] }),
  ],
  [
    'I6',
    'an old token that renews the lease',
    also('leaseTries', {
      act: 'extend',
      key: 'k',
      token: 'old',
      answer: 'done',
      before: { token: 'new', left: 50 },
      after: { token: 'new', left: 49 },
    }),
  ],
  [
    'I6',
    'an old token that makes the lease of another longer',
    also('leaseTries', {
      act: 'extend',
      key: 'k',
      token: 'old',
      answer: 'refused',
      before: { token: 'new', left: 50 },
      after: { token: 'new', left: 100 },
    }),
  ],
  [
    'I7',
    'a release that takes the lease of another',
    also('leaseTries', {
      act: 'release',
      key: 'k',
      token: 'old',
      answer: 'done',
      before: { token: 'new', left: 50 },
      after: null,
    }),
  ],
  [
    'I8',
    'a refused acquire whose lock stands open',
    (run) =>
      did(refused(ANN, 800, 'coordination_unavailable'))(
        inLastDump((dump) => ({
          epochs: [
            ...dump.epochs,
            { ...dump.epochs[0]!, epoch: 3, requestId: 'request-800', endedAt: null, endReason: null },
          ],
          conversations: dump.conversations.map((row) => ({ ...row, lockEpoch: 3 })),
          events: [...dump.events, { stream: STREAM, seq: 8, data: sample.granted(ANN, 3, 3) }],
          streams: [{ id: STREAM, lastSeq: 8 }],
        }))({ ...run, deliveries: [] }),
      ),
  ],
  [
    'I9',
    'a holder that learns late',
    (run) => ({
      ...run,
      orphans: [],
      deliveries: run.deliveries.map((d) => ({ ...d, events: d.events.map((e) => ({ ...e, at: 400 })) })),
    }),
  ],
  [
    'I15',
    'a message that is stuck on its way',
    inLastDump((dump) => ({
      outbox: dump.outbox.map((row) => ({ ...row, state: 'sending', claimDeadline: WALL })),
    })),
  ],
  [
    'I15',
    'a message that is never tried',
    inLastDump((dump) => ({ outbox: dump.outbox.map((row) => ({ ...row, state: 'queued' })) })),
  ],
  [
    'I15',
    'a message that failed for no reason',
    inLastDump((dump) => ({
      outbox: dump.outbox.map((row) => ({ ...row, state: 'failed', lastError: null })),
    })),
  ],
  ['I16', 'a second copy without an attempt to blame', also('provider', copy2)],
  [
    'I16',
    'a second copy at a provider that knows messages again',
    (run) => seen({ provider: [silent, copy2, copy3], providerForgets: false })(ambiguous(run)),
  ],
  [
    'I16',
    'copies with different bytes',
    (run) => seen({ provider: [silent, { ...copy2, hash: 'other' }, copy3] })(ambiguous(run)),
  ],
  ['I16', 'a message that nobody stored', also('provider', copy('key-9', 900))],
  ['I16', 'a message that counts as sent and never left', seen({ provider: [copy2] })],
  ['I17', 'a recipient who gets it again for another one', seen({ provider: [partly, copy2, copy3] })],
  ['I18', 'a reply that overtakes the one before it', seen({ provider: [{ ...copy3, at: 310 }, copy2] })],
];

describe('a good run', () => {
  test('is found good, and every invariant was looked at', () => {
    const { violations, checked, noData } = judge(goodRun());
    expect(tell(violations)).toBe('');
    // It has a run of its own: `checkers-passing.test.ts`.
    expect(noData).toEqual(['passing on']);
    expect(checked).toHaveLength(INVARIANTS.length - 1);
  });

  test.each<[string, Change]>([
    [
      'a repeated copy after an unknown outcome',
      (run) => seen({ provider: [silent, copy2, copy3] })(ambiguous(run)),
    ],
    [
      'the rest of the recipients by themselves',
      seen({
        provider: [partly, { ...copy2, accepted: ['dora@example.com'] }, copy3],
      }),
    ],
    [
      'an order that a message left which was given up',
      (run) => ({
        ...inLastDump((dump) => {
          const failed = { state: 'failed', at: WALL, reason: 'no such person' } as const;
          const events: Dump['events'] = [
            ...dump.events,
            {
              stream: STREAM,
              seq: 8,
              data: { type: 'reply.delivery', conversationId: CONVERSATION, position: 2, delivery: failed },
            },
          ];
          return { events, streams: [{ id: STREAM, lastSeq: 8 }] };
        })(run),
        deliveries: [],
        provider: [{ ...copy3, at: 310 }, copy2],
      }),
    ],
    [
      'a revocation that is slow while Redis is away',
      (run) => ({
        ...also('disclosures', {
          inboxId: INBOX,
          agentId: BEN.agentId,
          at: 1_100,
          asked: null,
          what: 'typing',
        })(run),
        outages: [{ of: 'redis', nodes: ['b'], from: 650, to: 1_200 }],
      }),
    ],
    [
      'a client that comes back after the end of a dead holder',
      (run) => ({
        ...run,
        deliveries: [
          ...run.deliveries,
          { ...run.deliveries[0]!, client: 'ann@b', from: 7, head: 7, events: [] },
        ],
      }),
    ],
    [
      'a lease that changes hands',
      also(
        'holdings',
        ...['x', 'y', 'x'].map((token, at) => ({
          at: 900 + 70 * at,
          leases: [{ key: 'k', token }],
          rows: [],
        })),
      ),
    ],
    ['a stranger who is told that nothing is there', did(refused(CLEO, 100, 'not_found'))],
    ['what was under way when the database went', did(took(note(ANN, 3_990), 30))],
  ])('stays good with %s', (_what, change) => {
    expect(tell(judge(change(goodRun())).violations)).toBe('');
  });
});

describe('a bad run', () => {
  test.each(BAD)('breaks %s alone: %s', (invariant, _what, change) => {
    const { violations } = judge(change(goodRun()));
    expect(new Set(violations.map((violation) => violation.invariant)), tell(violations)).toEqual(
      new Set([invariant]),
    );
  });
});

describe('the list of invariants', () => {
  test('has every one of the reliability notes, in their order', () => {
    const numbered = INVARIANTS.map(({ name }) => name).filter((name) => name.startsWith('I'));
    expect(numbered).toEqual(Array.from({ length: 32 }, (_, at) => `I${at + 1}`));
  });

  test('says of which it knows nothing, and which are waived', () => {
    const { checked, noData, waived } = judge(sample.goodRun(), ['I4']);
    expect(checked).toContain('I3');
    expect(checked).not.toContain('I4');
    expect(noData).toEqual(expect.arrayContaining(['I5', 'I17', 'I24', 'I29', 'I32']));
    expect(waived).toEqual(['I4']);
  });
});
