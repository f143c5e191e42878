/** The checkers of access, audit, resources, recovery and presence (I24–I32): each bad run differs from the good one in one thing. */

import { describe, expect, test } from 'vitest';
import {
  also,
  CLEO,
  CLIENT,
  type Change,
  did,
  goodRun,
  inLastDump,
  INBOX,
  note,
  OBSERVED,
  probe,
  refused,
  resources,
  seen,
  took,
} from './checkers-observed-sample.ts';
import * as sample from './checkers-sample.ts';
import { judge, tell } from './checkers.ts';
import type { Op, Run } from './history.ts';

const { ANN, BEN, CONVERSATION } = sample;

/** A send under the fence of a lock that is somebody else's by now, and the rows that the audit has of such sends. */
const fenced = (at: number): Op =>
  sample.op(
    ANN,
    'send',
    at,
    { ...CLIENT, clientId: `late-${at}`, fence: 1, lastSeen: 3, body: 'x', then: 'stay' },
    { fail: 'lock_lost', details: { reason: 'overtaken', entries: [] } },
  );
const refusals = (...times: number[]): Change =>
  inLastDump((dump) => ({
    audit: [
      ...dump.audit!,
      ...times.map((at, index) => ({
        ...dump.audit![0]!,
        id: `aud_refused_${index}`,
        action: 'reply.refused',
        details: JSON.stringify({ clientId: `late-${at}`, fence: 1, reason: 'overtaken' }),
      })),
    ],
  }));

const BAD: readonly [invariant: string, what: string, change: Change][] = [
  [
    'I24',
    'something asked for after the revocation',
    also('disclosures', {
      inboxId: INBOX,
      agentId: BEN.agentId,
      at: 710,
      asked: 705,
      what: 'snapshot',
    }),
  ],
  [
    'I24',
    'something told long after it',
    also('disclosures', { inboxId: INBOX, agentId: BEN.agentId, at: 900, asked: null, what: 'typing' }),
  ],
  [
    'I24',
    'something told to one who never was a member',
    also('disclosures', {
      inboxId: INBOX,
      agentId: CLEO.agentId,
      at: 10,
      asked: null,
      what: 'presence',
    }),
  ],
  [
    'I24',
    'an event told to one who is no member any more',
    (run) => ({
      ...seen({ orphans: [], sessionEnds: [] })(run),
      memberships: run.memberships!.map((row) => (row.agentId === BEN.agentId ? { ...row, to: 610 } : row)),
      deliveries: run.deliveries.map((d) => ({
        ...d,
        events: d.events.map((e, at) => (at === 6 ? { ...e, at: 800 } : e)),
      })),
      bounds: { ...run.bounds, holderKnows: Infinity },
      disclosures: [],
    }),
  ],
  ['I25', 'another code for what is hidden', also('probes', { ...probe('hidden', 3), code: 'forbidden' })],
  [
    'I25',
    'another text for what is missing',
    also('probes', { ...probe('missing', 3), body: '{"table":"conversations"}' }),
  ],
  [
    'I25',
    'a longer time for what is hidden',
    seen({
      probes: Array.from({ length: 25 }, () => [probe('hidden', 20), probe('missing', 3)]).flat(),
    }),
  ],
  [
    'I26',
    'a note taken from a session that is over',
    (run) =>
      did(note(BEN, 900))(
        seen({ memberships: [OBSERVED.memberships[0]!, { ...OBSERVED.memberships[1]!, to: null }] })(run),
      ),
  ],
  [
    'I26',
    'an event told to a session that is over',
    seen({ sessionEnds: [{ sessionIds: [ANN.sessionId], why: 'logout', at: -1_000 }] }),
  ],
  ['I27', 'a note of one who is no member', did(note(CLEO, 100))],
  [
    'I27',
    'a refusal that tells who holds what is hidden',
    did(refused(CLEO, 250, 'lock_held', { holder: { id: ANN.agentId } })),
  ],
  [
    'I27',
    'a lock given to one who never was a member',
    (run) => ({
      ...run,
      memberships: [OBSERVED.memberships[0]!],
      deliveries: run.deliveries.slice(0, 1),
      disclosures: [],
    }),
  ],
  [
    'I28',
    'a change of membership that is not written',
    inLastDump((dump) => ({ audit: dump.audit!.slice(0, 1) })),
  ],
  [
    'I28',
    'a change that is written twice',
    inLastDump((dump) => ({ audit: [...dump.audit!, { ...dump.audit![1]!, id: 'aud_3' }] })),
  ],
  [
    'I28',
    'an audit row that was changed',
    inLastDump((dump) => ({ audit: dump.audit!.map((row) => ({ ...row, details: '{"x":1}' })) })),
  ],
  [
    'I28',
    'a grant without its event',
    (run) => ({
      ...inLastDump((dump) => ({
        epochs: [...dump.epochs, { ...dump.epochs[0]!, epoch: 3, requestId: 'request-3' }],
        conversations: dump.conversations.map((row) => ({ ...row, lockEpoch: 3 })),
      }))(run),
      ops: [...run.ops, sample.acquire(ANN, 650, 3), sample.release(ANN, 670, 3)],
    }),
  ],
  [
    'I28',
    'a take-over that is not written',
    inLastDump((dump) => ({
      epochs: dump.epochs.map((row) =>
        row.epoch === 1 ? { ...row, endReason: 'taken_over', endedAt: dump.epochs[1]!.grantedAt } : row,
      ),
    })),
  ],
  ['I28', 'a refused fence that is not written', did(fenced(900))],
  ['I28', 'a refused fence that is written twice', (run) => did(fenced(900))(refusals(900, 900)(run))],
  ['I28', 'a refusal that nobody had', refusals(900)],
  [
    'I29',
    'a socket for which too much waits',
    also('resources', { ...resources('during'), queueBytes: 2 ** 20 + 1 }),
  ],
  [
    'I29',
    'a socket for which too many packets wait',
    also('resources', { ...resources('during'), queuePackets: 1_001 }),
  ],
  ['I29', 'a timer that is left', also('resources', { ...resources('after'), timers: 5 })],
  ['I29', 'a lock without a client', also('resources', { ...resources('after'), locks: 1 })],
  ['I29', 'a session that nobody ends', also('resources', { ...resources('after'), sessions: 2 })],
  ['I29', 'a heap that grew', also('resources', { ...resources('after'), heapUsed: 11.5e6 })],
  ['I30', 'an acquire that waits for Redis', did(took(refused(ANN, 2_100, 'coordination_unavailable'), 500))],
  [
    'I30',
    'an acquire granted without Redis',
    did(took(refused(ANN, 2_100, 'coordination_unavailable'), 10), {
      ...sample.op(ANN, 'acquire', 2_200, { ...CLIENT, requestId: 'request-2' }, { result: { fence: 4 } }),
    }),
  ],
  [
    'I30',
    'a send refused for want of Redis',
    did(
      sample.op(
        ANN,
        'send',
        2_100,
        { ...CLIENT, clientId: 'c', fence: 1, lastSeen: 3, body: 'x', then: 'stay' },
        { fail: 'coordination_unavailable' },
      ),
    ),
  ],
  ['I30', 'a note acknowledged without the database', did(note(ANN, 4_100))],
  [
    'I30',
    'a note that hangs without the database',
    did(
      took(
        sample.op(ANN, 'note', 4_100, { ...CLIENT, clientId: 'c', body: 'x' }, { fail: 'internal' }),
        6_000,
      ),
    ),
  ],
  [
    'I31',
    'a server that never comes back',
    seen({ recovery: { ...OBSERVED.recovery, ready: [{ node: 'a', at: null }] } }),
  ],
  [
    'I31',
    'a client that is late',
    seen({ recovery: { ...OBSERVED.recovery, current: [{ client: 'ann', at: 40_000 }] } }),
  ],
  [
    'I31',
    'a server that ended by itself',
    also('exits', { node: 'b', at: 900, injected: false, how: 'code 1' }),
  ],
  [
    'I31',
    'an error that nobody handled',
    also('log', { node: 'a', at: 900, text: 'unhandledRejection: boom' }),
  ],
  [
    'I32',
    'a ghost',
    also('presence', { client: 'ann', at: 900, conversationId: CONVERSATION, shown: [BEN.agentId] }),
  ],
  [
    'I32',
    'somebody who never was there',
    also('presence', { client: 'ann', at: 1, conversationId: CONVERSATION, shown: [CLEO.agentId] }),
  ],
];

describe('a bad run', () => {
  test.each(BAD)('breaks %s alone: %s', (invariant, _what, change) => {
    const { violations } = judge(change(goodRun()));
    expect(new Set(violations.map((violation) => violation.invariant)), tell(violations)).toEqual(
      new Set([invariant]),
    );
  });
});

test('a refused fence with its row is good, and so is what one who met the limit has left out', () => {
  const ops = Array.from({ length: 21 }, (_, at) => fenced(900 + at));
  const written = ops.slice(0, 20).map(({ tInvoke }) => tInvoke);
  for (const change of [
    (run: Run) => did(fenced(900))(refusals(900)(run)),
    (run: Run) => did(...ops)(refusals(...written)(run)),
  ])
    expect(tell(judge(change(goodRun())).violations)).toBe('');
});
