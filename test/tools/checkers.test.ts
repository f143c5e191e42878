/** The checkers find what they are for: each bad run differs from the good one in one thing. */

import { describe, expect, test } from 'vitest';
import { checkBoundedOrphans, checkHolderKnows } from './checkers-liveness.ts';
import { checkMutualExclusion } from './checkers-locks.ts';
import { checkOutboxDrained } from './checkers-replies.ts';
import * as sample from './checkers-sample.ts';
import { checkRun, tell } from './checkers.ts';
import type { Dump } from './history-dump.ts';
import type { Orphan } from './history-record.ts';
import type { Op, Run } from './history.ts';

const { ANN, BEN, CONVERSATION, STREAM } = sample;

type Change = (run: Run) => Run;

const withDump =
  (change: (dump: Dump) => Partial<Dump>): Change =>
  (run) => ({
    ...run,
    dumps: [{ ...run.dumps[0], ...change(run.dumps[0]) }],
  });
const withOps =
  (change: (ops: readonly Op[]) => readonly Op[]): Change =>
  (run) => ({ ...run, ops: change(run.ops) });
const plusOps = (...more: Op[]): Change => withOps((ops) => [...ops, ...more]);
const withLog =
  (change: (events: Dump['events'][number]['data'][]) => Dump['events'][number]['data'][]): Change =>
  (run) => {
    const events = sample.logOf(change(run.dumps[0].events.map((event) => event.data)));
    const dump = { ...run.dumps[0], events, streams: [{ id: STREAM, lastSeq: events.length }] };
    // Everybody got what the log says, however wrong.
    const deliveries = run.deliveries.map(({ client, sessionId, agentId }) =>
      sample.deliveryOf(client, { agentId, sessionId }, events),
    );
    return { ...run, dumps: [dump], deliveries, snapshots: [] };
  };

const refusedSend = (clientId: string): Op =>
  sample.op(
    BEN,
    'send',
    700,
    { conversationId: CONVERSATION, clientId, fence: 1, lastSeen: 3, body: 'text', then: 'stay' },
    { fail: 'lock_lost' },
  );

/** `also`: what cannot stay whole when this breaks. */
const BAD: readonly [invariant: string, what: string, change: Change, ...also: string[]][] = [
  [
    'I1',
    'a reply of another agent under an epoch',
    withDump((dump) => ({ replies: dump.replies.map((row) => ({ ...row, lockEpoch: 1 })) })),
  ],
  [
    'I1',
    'a reply under an epoch that was never given',
    withDump((dump) => ({ epochs: dump.epochs.slice(1) })),
    'I7',
    'right holder',
  ],
  ['I2', 'the same epoch twice', withDump((dump) => ({ epochs: [...dump.epochs, ...dump.epochs] }))],
  [
    'I2',
    'a counter behind its epochs',
    withDump((dump) => ({ conversations: dump.conversations.map((row) => ({ ...row, lockEpoch: 1 })) })),
  ],
  [
    'I2',
    'a fence given again after a newer one',
    withLog((events) => [...events, sample.granted(ANN, 1, 3)]),
    'I28',
  ],
  [
    'I2',
    'an epoch that changes hands',
    (run) => ({
      ...run,
      dumps: [
        { ...run.dumps[0], epochs: run.dumps[0].epochs.map((row) => ({ ...row, ...ANN })) },
        run.dumps[0],
      ],
    }),
  ],
  [
    'I3',
    'a reply under an old fence',
    withLog((events) => [...events, sample.added(sample.reply(ANN, 4, 1, 'client-old'), sample.free(2))]),
    'I13',
  ],
  [
    'I3',
    'a grant before the end of the one before',
    withLog((events) => events.filter((data) => data.type !== 'lock.ended')),
    'I28',
  ],
  [
    'I4',
    'two that surely held it at once',
    withOps((ops) =>
      ops.map((op) => (op.op === 'release' && op.actor === ANN ? { ...op, tInvoke: 450, tReturn: 460 } : op)),
    ),
    'I6',
  ],
  ['I6', 'a release that worked after the release', plusOps(sample.release(ANN, 350, 1))],
  [
    'I6',
    'a send that worked after the release',
    plusOps(sample.send(ANN, 350, 1, 'client-late', { position: 4, seq: 8 })),
    'I10',
  ],
  [
    'I6',
    'a stay that worked after being overtaken',
    plusOps(sample.op(ANN, 'stay', 700, { conversationId: CONVERSATION, fence: 1 }, { result: {} })),
    'I4',
  ],
  [
    'I7',
    'a release by another session',
    withOps((ops) => ops.map((op) => (op.op === 'release' ? { ...op, actor: BEN } : op))),
  ],
  ['I7', 'a release that nobody asked for', withOps((ops) => ops.filter((op) => op.op !== 'release'))],
  ['I8', 'two fences for one request', plusOps(sample.acquire(ANN, 110, 2, 'request-1')), 'I6'],
  [
    'I8',
    'an agent locked out by himself',
    plusOps(
      sample.op(
        ANN,
        'acquire',
        210,
        { conversationId: CONVERSATION, requestId: 'request-y' },
        { fail: 'lock_held', details: { holder: { id: ANN.agentId } } },
      ),
    ),
  ],
  [
    'right holder',
    'somebody told a holder of the past',
    plusOps(
      sample.op(
        BEN,
        'acquire',
        900,
        { conversationId: CONVERSATION, requestId: 'request-z' },
        { fail: 'lock_held', details: { holder: { id: ANN.agentId } } },
      ),
    ),
  ],
  [
    'I10',
    'an acknowledged reply that is gone',
    withDump((dump) => ({ replies: dump.replies.slice(1) })),
    'I13',
  ],
  [
    'I10',
    'an acknowledged reply stored twice',
    withDump((dump) => ({ replies: [...dump.replies, { ...dump.replies[0]!, position: 9 }] })),
    'I13',
    'I14',
  ],
  [
    'I11',
    'two answers for one client id',
    plusOps(sample.send(ANN, 220, 1, 'client-ann', { position: 7, seq: 9 })),
  ],
  [
    'I11',
    'another text under the same client id',
    withOps((ops) => [
      ...ops,
      ...ops
        .filter((op) => op.op === 'send')
        .map((op) => ({ ...op, args: { ...op.args, body: 'other' } }) as Op),
    ]),
  ],
  [
    'I12',
    'a refused send that is stored',
    withOps((ops) => [
      ...ops.filter((op) => op.op !== 'send' || op.actor !== BEN),
      refusedSend('client-ben'),
    ]),
  ],
  ['I13', 'a reply without its outbox row', withDump((dump) => ({ outbox: dump.outbox.slice(1) })), 'I16'],
  ['I13', 'an outbox row without its reply', withDump((dump) => ({ replies: dump.replies.slice(1) })), 'I10'],
  [
    'I13',
    'a reply without its event',
    withLog((events) => events.filter((data) => data.type !== 'entry.added')),
  ],
  [
    'I14',
    'a message that the author had not seen',
    withOps((ops) =>
      ops.map((op) =>
        op.op === 'send' && op.actor === BEN ? ({ ...op, args: { ...op.args, lastSeen: 1 } } as Op) : op,
      ),
    ),
  ],
  [
    'I16',
    'a provider that got it twice for no reason',
    withDump((dump) => ({ accepted: [...dump.accepted, dump.accepted[0]!] })),
  ],
  [
    'I16',
    'a message that left with another text',
    withDump((dump) => ({ accepted: dump.accepted.map((row) => ({ ...row, body: 'other' })) })),
  ],
  ['I16', 'a message that counts as sent and never left', withDump(() => ({ accepted: [] }))],
  [
    'I19',
    'a gap in the log',
    withDump((dump) => ({ events: dump.events.filter((event) => event.seq !== 4) })),
    'I3',
    'I23',
    'I28',
  ],
  ['I19', 'a counter ahead of its log', withDump(() => ({ streams: [{ id: STREAM, lastSeq: 9 }] })), 'I20'],
  [
    'I19',
    'an event that was changed',
    (run) => ({
      ...run,
      dumps: [
        {
          ...run.dumps[0],
          events: run.dumps[0].events.map((event) => ({ ...event, data: sample.granted(ANN, 1, 1) })),
        },
        run.dumps[0],
      ],
    }),
  ],
  [
    'I20',
    'a client that lacks the last event',
    (run) => ({ ...run, deliveries: run.deliveries.map((d) => ({ ...d, events: d.events.slice(0, -1) })) }),
  ],
  [
    'I21',
    'a client that got one twice',
    (run) => ({
      ...run,
      deliveries: run.deliveries.map((d) => ({ ...d, events: [d.events[0]!, ...d.events] })),
    }),
  ],
  [
    'I21',
    'a client with a gap',
    (run) => ({ ...run, deliveries: run.deliveries.map((d) => ({ ...d, events: d.events.slice(1) })) }),
    'I20',
  ],
  [
    'I22',
    'a snapshot that is not what happened',
    (run) => ({ ...run, snapshots: run.snapshots.map((s) => ({ ...s, seq: 2 })) }),
  ],
  [
    'I22',
    'a snapshot that lacks a conversation',
    (run) => ({ ...run, snapshots: run.snapshots.map((s) => ({ ...s, rows: [] })) }),
  ],
  [
    'I23',
    'a client that saw something else',
    (run) => ({
      ...run,
      deliveries: run.deliveries.map((d) => ({
        ...d,
        events: d.events.map((got) => ({ ...got, event: { ...got.event, data: sample.granted(BEN, 9, 9) } })),
      })),
    }),
  ],
];

describe('a good run', () => {
  test('is found good', () => {
    expect(tell(checkRun(sample.goodRun()))).toBe('');
  });

  test('stays good with a repeated send, a harmless release, and a client that came later', () => {
    const good = sample.goodRun();
    const more = [
      sample.send(ANN, 350, 1, 'client-ann', { position: 2, seq: 3 }),
      sample.release(ANN, 320, 1, false),
      refusedSend('client-none'),
    ];
    // An answer that was lost: the first attempt stored it before the release, the second is told so after it.
    const unknown = sample.send(ANN, 210, 1, 'client-ann', { position: 2, seq: 3 });
    more.push({ ...unknown, outcome: 'info', code: 'timeout', details: {} } as Op);
    const later = sample.deliveryOf('late', BEN, good.dumps[0].events.slice(3), 3);
    const run = { ...good, ops: [...good.ops, ...more], deliveries: [...good.deliveries, later] };
    expect(tell(checkRun(run))).toBe('');
  });
});

describe('a bad run', () => {
  test.each(BAD)('breaks %s: %s', (invariant, _what, change, ...also) => {
    const found = checkRun(change(sample.goodRun())).map((violation) => violation.invariant);
    expect(new Set(found)).toEqual(new Set([invariant, ...also]));
  });

  test('is forgiven what its faults take away', () => {
    const run = plusOps(sample.release(ANN, 350, 1))(sample.goodRun());
    expect(checkRun(run, ['I6'])).toEqual([]);
  });
});

describe('bounds in time', () => {
  const orphan: Orphan = {
    conversationId: CONVERSATION,
    stream: STREAM,
    fence: 1,
    agentId: ANN.agentId,
    at: 150,
    ttl: 100,
  };
  const refused = (at: number): Op =>
    sample.op(
      BEN,
      'acquire',
      at,
      { conversationId: CONVERSATION, requestId: 'request-o' },
      {
        fail: 'lock_held',
        details: { holder: { id: ANN.agentId } },
      },
    );

  test('I5: a refusal within the TTL is fine, one after it is not', () => {
    const good = sample.goodRun();
    expect(checkBoundedOrphans({ ...good, ops: [refused(240)] }, [orphan], 20)).toEqual([]);
    expect(checkBoundedOrphans({ ...good, ops: [refused(300)] }, [orphan], 20)).toHaveLength(1);
  });

  test('I5: everybody must be told, and in time', () => {
    const good = sample.goodRun();
    const deaf = { ...good, deliveries: good.deliveries.map((d) => ({ ...d, events: [] })) };
    expect(checkBoundedOrphans({ ...deaf, ops: [] }, [orphan], 20)).toHaveLength(2);
    const late = {
      ...good,
      ops: [],
      deliveries: good.deliveries.map((d) => ({ ...d, events: d.events.map((e) => ({ ...e, at: 9_000 })) })),
    };
    expect(checkBoundedOrphans(late, [orphan], 20)).toHaveLength(2);
  });

  test('I5: nobody takes it from a living holder', () => {
    const good = sample.goodRun();
    expect(checkBoundedOrphans({ ...good, ops: [sample.acquire(BEN, 100, 2)] }, [orphan], 20)).toHaveLength(
      1,
    );
  });

  test('I4: an answer that comes when the next one holds already is no hold, unless something works under it', () => {
    const stays = (who: typeof ANN, at: number, fence: number): Op =>
      sample.op(who, 'stay', at, { conversationId: CONVERSATION, fence }, { result: {} });
    const late = { ...sample.acquire(ANN, 100, 1), tReturn: 450 };
    const ops = [late, sample.acquire(BEN, 400, 2), stays(BEN, 500, 2)];
    const of = (more: readonly Op[]): Run => ({ ...sample.goodRun(), ops: [...ops, ...more] });
    expect(checkMutualExclusion(of([]))).toEqual([]);
    expect(checkMutualExclusion(of([stays(ANN, 480, 1)]))).toHaveLength(1);
  });

  test('I9: a holder that learns of the end late', () => {
    const good = sample.goodRun();
    expect(checkHolderKnows(good, 50)).toEqual([]);
    const late = {
      ...good,
      deliveries: good.deliveries.map((d) => ({ ...d, events: d.events.map((e) => ({ ...e, at: 900 })) })),
    };
    expect(checkHolderKnows(late, 50)).toHaveLength(2);
  });

  test('I9: what was written while a clock was an hour behind is judged by the right hour', () => {
    const [good, hour] = [sample.goodRun(), 3_600_000];
    const behind = good.deliveries.map((d) => ({
      ...d,
      events: d.events.map((e) => ({ ...e, event: { ...e.event, at: e.event.at - hour } })),
    }));
    const off = (jump: { from: number; to: number }): Run => ({
      ...good,
      deliveries: behind,
      clockJumps: [{ ms: -hour, ...jump }],
    });
    expect(checkHolderKnows(off({ from: 0, to: 1_000 }), 50)).toEqual([]);
    expect(checkHolderKnows(off({ from: 5_000, to: 6_000 }), 50)).toHaveLength(2);
  });

  test('I15: a message that is stuck on its way', () => {
    const stuck = withDump((dump) => ({
      outbox: dump.outbox.map((row) => ({ ...row, state: 'sending', claimDeadline: 5 })),
    }));
    expect(checkOutboxDrained(sample.goodRun(), 10)).toEqual([]);
    expect(checkOutboxDrained(stuck(sample.goodRun()), 10)).toHaveLength(2);
  });
});
