/** C29–C44 over sockets: fences, keys, positions, texts and cursors that are none, and too much of everything. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HistoryClient } from '../tools/history-client.ts';
import { eventually } from '../tools/eventually.ts';
import { freshId } from './authorisation-sockets.ts';
import { type Ledger, type Stage, startStage } from './stage.ts';

let stage: Stage;
let ann: HistoryClient;
let ben: HistoryClient;
let before: Ledger;

beforeAll(async () => {
  stage = await startStage({ env: { MAX_LOCKS: '2' } });
  ann = await stage.world.connect('ann');
  ben = await stage.world.connect('ben');
  await ben.wire.subscribe(stage.world.stream('orders'));
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  before = stage.ledger();
});
afterEach(async () => {
  await stage.alive();
});

/** Nothing was written; but the audit has each reply that was refused for its fence. */
const unchanged = (refused = 0): void =>
  expect(stage.ledger()).toEqual({ ...before, audit: (before['audit'] ?? 0) + refused });

async function code(client: HistoryClient, name: string, input: object): Promise<string> {
  try {
    await client.wire.call(name as 'presence', input as { state: 'active' });
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** What was answered otherwise than it should have been. */
async function otherwise(
  codes: readonly string[],
  tries: Readonly<Record<string, readonly [string, object]>>,
  client = ann,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, [name, input]] of Object.entries(tries)) {
    const answer = await code(client, name, input);
    if (!codes.includes(answer)) wrong.push(`${what}: ${answer}`);
  }
  return wrong;
}

const NUMBERS = {
  'minus one': -1,
  half: 1.5,
  'two to the 53rd': 2 ** 53,
  huge: 1e300,
  text: '5',
  null: null,
  list: [1],
  object: {},
  true: true,
};
const of = (
  numbers: Readonly<Record<string, unknown>>,
  make: (number: unknown) => readonly [string, object],
) => Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, make(number)]));

describe('locks and sends', () => {
  const reply = (fields: object): [string, object] => [
    'reply.send',
    {
      conversationId: stage.conversation(),
      clientId: freshId(),
      fence: 1,
      lastSeen: 1,
      body: 'x',
      then: 'stay',
      ...fields,
    },
  ];

  test('numbers that are none (C29, C37)', async () => {
    const conversationId = stage.conversation();
    const numbers = { ...NUMBERS, zero: 0 };
    expect(
      await otherwise(
        ['invalid'],
        of(numbers, (fence) => reply({ fence })),
      ),
    ).toEqual([]);
    expect(
      await otherwise(
        ['invalid'],
        of(numbers, (fence) => ['lock.stay', { conversationId, fence }]),
      ),
    ).toEqual([]);
    expect(
      await otherwise(
        ['invalid'],
        of(numbers, (fence) => ['lock.release', { conversationId, fence, reason: 'released' }]),
      ),
    ).toEqual([]);
    expect(
      await otherwise(
        ['invalid'],
        of(NUMBERS, (lastSeen) => reply({ lastSeen })),
      ),
    ).toEqual([]);
    expect(
      await otherwise(
        ['invalid'],
        of(numbers, (position) => ['reply.retry', { conversationId, position }]),
      ),
    ).toEqual([]);
    expect(
      await otherwise(
        ['invalid'],
        of({ ...numbers, much: 201 }, (limit) => [
          'conversation.older',
          { conversationId, before: 1, limit },
        ]),
      ),
    ).toEqual([]);
    expect(
      await otherwise(
        ['invalid'],
        of({ ...NUMBERS, past: 1, 'in three years': Date.now() + 3 * 365 * 86_400_000 }, (until) => [
          'conversation.snooze',
          { conversationId, until },
        ]),
      ),
    ).toEqual([]);
    expect(
      await otherwise(
        ['invalid'],
        of(NUMBERS, (revision) => ['draft.save', { conversationId, kind: 'note', body: 'x', revision }]),
      ),
    ).toEqual([]);
    expect(
      await otherwise(
        ['invalid'],
        of({ ...NUMBERS, future: 99 }, (read) => ['conversation.mark', { conversationId, read }]),
      ),
    ).toEqual([]);
    unchanged();
  });

  test('fences of others, of the past and of the future, and locks that nobody holds (C30, C35)', async () => {
    const conversationId = stage.conversation();
    expect(await code(ann, ...reply({}))).toMatch(/^lock_(required|lost)$/);
    const { fence } = await ben.acquire(conversationId);
    before = stage.ledger();
    const wrong = {
      'the holder’s own, by another': reply({ fence }),
      'one of the future': reply({ fence: fence + 1 }),
      'the last there is': reply({ fence: Number.MAX_SAFE_INTEGER }),
    };
    expect(await otherwise(['lock_held', 'lock_required', 'lock_lost'], wrong)).toEqual([]);
    expect(await code(ben, ...reply({ fence: fence + 1 }))).toMatch(/^lock_/);
    expect(await ann.release(conversationId, fence)).toEqual({ held: false });
    expect(await ben.release(conversationId, fence + 1)).toEqual({ held: false });
    expect(await code(ann, 'lock.stay', { conversationId, fence })).toMatch(/^lock_/);
    unchanged(4);
    expect(await ben.release(conversationId, fence)).toEqual({ held: true });
    expect(await ben.release(conversationId, fence)).toEqual({ held: false });
    // After its end: somebody else's turn.
    const mine = await ann.acquire(conversationId);
    before = stage.ledger();
    expect(await code(ben, ...reply({ fence }))).toMatch(/^lock_(lost|held)$/);
    // Positions of the future are no view of the present.
    expect(await code(ann, ...reply({ fence: mine.fence, lastSeen: 99 }))).toBe('invalid');
    unchanged(1);
    await ann.release(conversationId, mine.fence);
  });

  test('what a lock is asked for beyond its fields (C10, C31): its time is the server’s', async () => {
    const conversationId = stage.conversation();
    const extra = [
      { ttl: 0 },
      { ttl: -1 },
      { ttl: 3.2e11 },
      { ttl: Number.NaN },
      { force: true },
      { epoch: 9 },
      { agentId: stage.id('ada') },
      { sessionId: 'ses_x' },
    ];
    for (const fields of extra)
      expect(await code(ann, 'lock.acquire', { conversationId, requestId: freshId(), ...fields })).toBe(
        'invalid',
      );
    expect(await code(ann, 'lock.acquire', { conversationId, requestId: 'short' })).toBe('invalid');
    unchanged();
  });

  test('more locks than one agent may hold are refused (C33)', async () => {
    await using rich = await stage.world.connect('mona');
    const held = [await rich.acquire(stage.conversation(0)), await rich.acquire(stage.conversation(1))];
    before = stage.ledger();
    for (let turn = 0; turn < 20; turn += 1)
      expect(
        await code(rich, 'lock.acquire', { conversationId: stage.conversation(2), requestId: freshId() }),
      ).toBe('limit');
    unchanged();
    for (const [at, { fence }] of held.entries()) await rich.release(stage.conversation(at), fence);
  });

  test('a repetition with another text, and one id for two conversations (I11)', async () => {
    const clientId = freshId();
    const note = (conversationId: string, body: string) =>
      code(ann, 'note.add', { conversationId, clientId, body });
    expect(await note(stage.conversation(0), 'The text')).toBe('ok');
    before = stage.ledger();
    expect(await note(stage.conversation(0), 'The text')).toBe('ok');
    expect(await note(stage.conversation(0), 'Another')).toBe('idempotency_mismatch');
    expect(await note(stage.conversation(1), 'The text')).toBe('idempotency_mismatch');
    unchanged();
  });
});

describe('texts (C39)', () => {
  const NONE: Readonly<Record<string, string>> = {
    empty: '',
    spaces: ' \n\t\u00a0 ',
    'zero width': '\u200b\u200d\ufeff\u2060',
    NUL: 'a\u0000b',
    escape: 'a\u001b[31m',
    'a lone surrogate': 'a\ud800',
    'half of one': '\udc00\ud800',
    'too many bytes': 'é'.repeat(40_000),
  };
  test('that are none are refused, in every place', async () => {
    const conversationId = stage.conversation();
    const notes = Object.entries(NONE).map(
      ([name, body]) => [name, ['note.add', { conversationId, clientId: freshId(), body }]] as const,
    );
    expect(await otherwise(['invalid'], Object.fromEntries(notes))).toEqual([]);
    const asks = Object.entries(NONE)
      .filter(([name]) => !['empty', 'spaces', 'zero width'].includes(name))
      .map(([name, note]) => [name, ['lock.ask', { conversationId, note }]] as const);
    expect(await otherwise(['invalid'], Object.fromEntries(asks))).toEqual([]);
    // An empty draft is one that goes away.
    const drafts = Object.entries(NONE)
      .slice(3)
      .map(
        ([name, body]) =>
          [name, ['draft.save', { conversationId, kind: 'note', body, revision: 0 }]] as const,
      );
    expect(await otherwise(['invalid'], Object.fromEntries(drafts))).toEqual([]);
    unchanged();
  });

  test('that are odd come back byte for byte, and reach the others so', async () => {
    const conversationId = stage.conversation();
    const odd = [
      '\u202egnp.exe',
      `e${'\u0301'.repeat(5_000)}`,
      '👩‍👩‍👧‍👦',
      "'; DROP TABLE entries; --",
      '<script>alert(1)</script>',
      '\r\n.\r\n',
      '{{7*7}} ${7*7}',
      '  kept  ',
      'a\u2028b\u2029c',
      '🎈'.repeat(16_000),
    ];
    for (const body of odd) {
      const { entry } = await ann.wire.call('note.add', { conversationId, clientId: freshId(), body });
      expect(entry).toMatchObject({ kind: 'note', body });
      await ben.wire.told(
        'the note',
        (item): item is typeof item =>
          item.t === 'event' &&
          item.event.data.type === 'entry.added' &&
          item.event.data.entry.id === entry.id &&
          item.event.data.entry.kind === 'note' &&
          item.event.data.entry.body === body,
      );
    }
  });
});

describe('streams and cursors (C23, C41–C44)', () => {
  const stream = () => stage.world.stream('orders');
  test('cursors that are none, of another log or of the future', async () => {
    const { logEpoch } = ann.wire.hello;
    const subscribe = (after: unknown): readonly [string, object] => [
      'stream.subscribe',
      { stream: stream(), after },
    ];
    expect(
      await otherwise(
        ['invalid'],
        of(NUMBERS, (seq) => subscribe({ logEpoch, seq })),
      ),
    ).toEqual([]);
    expect(
      await otherwise(['resync'], {
        'another log': subscribe({ logEpoch: 'other', seq: 0 }),
        'the future': subscribe({ logEpoch, seq: 9_999 }),
        'the far future': subscribe({ logEpoch, seq: Number.MAX_SAFE_INTEGER }),
      }),
    ).toEqual([]);
    const streams = [
      '',
      'inbox:',
      'inbox:*',
      'inbox:%',
      `inbox:${stage.orders}/..`,
      `room:${stage.orders}`,
      `INBOX:${stage.orders}`,
      'agent:',
      '__proto__',
      `inbox:${'x'.repeat(65)}`,
    ];
    for (const name of streams)
      expect([name, await code(ann, 'stream.subscribe', { stream: name, after: null })]).toEqual([
        name,
        'invalid',
      ]);
    for (const name of [
      `inbox:${stage.codes.orders}`,
      `inbox:${ann.wire.hello.me.id}`,
      `agent:${stage.id('ben')}`,
      `agent:${stage.orders}`,
      'inbox:__proto__',
    ])
      expect([name, await code(ann, 'stream.subscribe', { stream: name, after: null })]).toEqual([
        name,
        'not_found',
      ]);
    unchanged();
  });

  test('subscribing a hundred times at once is one stream, and nothing comes twice (C44)', async () => {
    await using many = await stage.world.connect('ann');
    const { logEpoch } = many.wire.hello;
    await Promise.all(
      Array.from({ length: 90 }, (_, at) =>
        code(many, 'stream.subscribe', {
          stream: stream(),
          after: at % 2 === 0 ? null : { logEpoch, seq: 0 },
        }),
      ),
    );
    expect(await code(many, 'stream.subscribe', { stream: stream(), after: null })).toBe('ok');
    const text = `Once ${freshId()}`;
    await ben.note(stage.conversation(2), text);
    const heard = () =>
      many.wire.items.filter(
        (item) =>
          item.t === 'event' && item.event.data.type === 'entry.added' && JSON.stringify(item).includes(text),
      );
    await eventually('it is told', () => heard().length > 0);
    await many.wire.call('inbox.counts', {});
    expect(heard()).toHaveLength(1);
  });

  test('lists with every filter at its worst', async () => {
    const list = (filter: object, rest: object = {}) =>
      code(ann, 'conversation.list', { filter, after: null, limit: 5, ...rest });
    expect(await list({ inboxIds: Array(1_000).fill(stage.orders) })).toBe('ok');
    expect(await list({ inboxIds: Array(1_001).fill(stage.orders) })).toBe('invalid');
    expect(await list({ inboxIds: Array.from({ length: 1_000 }, (_, at) => `ibx_${at}`) })).toBe('not_found');
    expect(await list({ assignee: stage.id('zoe') })).toBe('ok');
    for (const assignee of ['%', "' OR 1=1", '', null, []]) expect(await list({ assignee })).toBe('invalid');
    for (const after of [
      { lastAt: -1, id: 'x' },
      { lastAt: 1e300, id: 'x' },
      { lastAt: 1 },
      'x',
      { lastAt: 1, id: "x' OR 1=1" },
    ])
      expect(await list({}, { after })).toBe('invalid');
    expect(await list({}, { after: { lastAt: Number.MAX_SAFE_INTEGER, id: 'zzz' } })).toBe('ok');
    unchanged();
  });
});
