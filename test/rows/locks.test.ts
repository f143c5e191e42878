import { composerAffordances } from '@latchbox/client';
import { changeInbox, removeMember } from '@latchbox/shared/http/inboxes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HistoryClient } from '../tools/history-client.ts';
import { places, refusal, staysTrue, toldEnd, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { leave, lockIs, opened, type People, people, shows } from './stage.ts';

/** What "within a second" is on a machine that does a lot else, ms. */
const A_SECOND = 1_000 + SLACK;

let world: World;
let sdk: People;
let rita: HistoryClient;
const front = places();
const orders = places();
const quick = places();
let inQuick: readonly string[] = [];

beforeAll(async () => {
  world = await startWorld({
    redis: true,
    seed: {
      inboxes: {
        front: { lockOn: 'open', times: SHORT, conversations: 12 },
        orders: { times: SHORT, conversations: 12 },
        quick: { times: { ...SHORT, idleAfter: 600, idleGrace: 900 }, conversations: 4 },
      },
      agents: {
        ana: {},
        ben: {},
        gus: {},
        rita: { capability: 'read' },
        mia: { role: 'admin', capability: 'manage' },
      },
    },
  });
  inQuick = world.seeded.inboxes['quick']?.conversations ?? [];
  sdk = people(world);
  rita = await world.connect('rita');
  for (const inbox of ['front', 'orders', 'quick']) await rita.wire.subscribe(world.stream(inbox));
});
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const openLocks = (id: string) =>
  world.rows<{ epoch: number; agent: string }>(
    'SELECT epoch, agent_id AS agent FROM lock_epochs WHERE conversation_id = ? AND ended_at IS NULL',
    id,
  );

/** What Redis holds for the open lock of a conversation: ms that it still lives, or null. */
async function leaseLeft(id: string): Promise<number | null> {
  const [row] = world.rows<{ token: string }>(
    'SELECT lease_token AS token FROM lock_epochs WHERE conversation_id = ? ORDER BY epoch DESC LIMIT 1',
    id,
  );
  if (world.redis === null || row === undefined) return null;
  return await world.redis.with(async (redis) => {
    for (const key of await redis.keys('*')) {
      if ((await redis.type(key)) === 'string' && (await redis.get(key)) === row.token)
        return await redis.pttl(key);
    }
    return null;
  });
}

test('L1: reading needs no lock; in open mode opening takes it, and everybody else sees who holds it since when, in thread and list, with a closed reply box and notes allowed', async () => {
  const id = world.conversation('front', front());
  const [ana, ben, reader] = [await sdk.join('ana'), await sdk.join('ben'), await sdk.join('rita')];
  const read = await opened(reader, id);
  expect(read.getSnapshot().entries).toHaveLength(1);
  expect(openLocks(id)).toEqual([]);

  const hers = await opened(ana, id);
  const mine = await lockIs(hers, 'mine');
  expect(composerAffordances(mine, ana.connection.getSnapshot())).toMatchObject({
    composer: 'editable',
    send: 'on',
  });
  const his = await opened(ben, id);
  for (const [client, conversation] of [
    [ben, his],
    [reader, read],
  ] as const) {
    const theirs = await lockIs(conversation, 'theirs');
    expect(theirs).toMatchObject({ holder: { name: 'ana' }, since: mine.since });
    expect(composerAffordances(theirs, client.connection.getSnapshot())).toMatchObject({
      composer: 'read-only',
      send: 'off',
    });
    const list = await shows('the list', client.list(), ({ status }) => status === 'ready');
    expect(list.rows.find((row) => row.id === id)?.lock).toMatchObject({
      holder: { name: 'ana' },
      since: mine.since,
    });
  }
  await refusal('lock_held', his.reply({ body: 'Mine, too' }).confirmed);
  expect(await his.note({ body: 'Ask me about this one' }).confirmed).toMatchObject({ kind: 'note' });
  await shows('the note', hers, ({ entries }) => entries.length === 2);
  expect(await hers.reply({ body: 'Here it is' }).confirmed).toMatchObject({ kind: 'reply' });
  expect(openLocks(id)).toMatchObject([{ agent: world.agent('ana').id }]);
});

test('L1: in open mode an agent holds one lock over all tabs; one that frees later is taken by the first keystroke alone', async () => {
  const [first, second] = [world.conversation('front', front()), world.conversation('front', front())];
  const [tab, otherTab, ben] = [await sdk.join('ana'), await sdk.join('ana'), await sdk.join('ben')];
  const hers = await opened(tab, first);
  await lockIs(hers, 'mine');
  const his = await opened(ben, first);
  await lockIs(his, 'theirs');
  await lockIs(await opened(otherTab, second), 'mine');
  await lockIs(his, 'free');
  expect(await lockIs(hers, 'lost')).toMatchObject({ reason: 'switched' });
  await staysTrue('nobody takes it by itself', () => openLocks(first).length === 0, 300);
  his.activity('reply');
  await lockIs(his, 'mine');
  expect(openLocks(first)).toMatchObject([{ agent: world.agent('ben').id }]);
});

test('L1: in compose mode the first keystroke of a reply takes the lock; opening, reading and typing a note do not', async () => {
  const id = world.conversation('orders', orders());
  const ana = await sdk.join('ana');
  const conversation = await opened(ana, id);
  conversation.activity('reading');
  conversation.activity('note');
  await staysTrue('it is free', () => openLocks(id).length === 0, 300);
  conversation.activity('reply');
  await lockIs(conversation, 'mine');
});

test('L2: the lock lives in Redis for its time to live, renewed by its holder’s connection alone', async () => {
  const id = world.conversation('orders', orders());
  await using ana = await world.connect('ana');
  await using ben = await world.connect('ben');
  await ben.wire.call('conversation.open', { conversationId: id, view: true, limit: 10 });
  const { fence } = await ana.acquire(id);
  await staysTrue(
    'its lease lives, and never longer than the inbox says',
    async () => {
      const left = await leaseLeft(id);
      return left !== null && left > 0 && left <= SHORT.lockTtl;
    },
    SHORT.lockTtl + SLACK,
  );
  ana.wire.cut();
  const looking = setInterval(() => {
    ben.wire.signal('activity', { conversationId: id, kind: 'reading' });
    ben.wire.signal('activity', { conversationId: id, kind: 'reply' });
  }, 50);
  try {
    expect((await toldEnd(rita, id, fence, SHORT.reconnectGrace + A_SECOND)).reason).toBe('disconnected');
  } finally {
    clearInterval(looking);
  }
  expect(await leaseLeft(id)).toBeNull();
});

test('L2: every time is the inbox’s own, can be changed while running, and is counted by the server', async () => {
  const inbox = world.seeded.inboxes['orders']?.inboxId ?? '';
  const id = world.conversation('orders', orders());
  const times = {
    lockTtl: 3_000,
    reconnectGrace: 400,
    idleAfter: 500,
    idleGrace: 700,
    askGrace: 5_000,
    offerTime: 900,
    handOverTime: 8_000,
  };
  const changed = await world.rest('mia').call(changeInbox, { params: { inbox }, body: { times } });
  expect(changed.times).toEqual(times);
  try {
    await using ana = await world.connect('ana');
    const { fence, lock } = await ana.acquire(id);
    const asked = await toldOf(rita, 'lock.changed', id, ({ step }) => step === 'idle_due', 500 + A_SECOND);
    const view = asked.row.lock;
    if (lock.status !== 'held' || view.status !== 'held' || view.idle.phase !== 'asked')
      throw new Error('not asked');
    expect(view.idle.deadline - lock.since).toBeGreaterThanOrEqual(1_200);
    expect((await toldEnd(rita, id, fence, 700 + A_SECOND)).reason).toBe('idle');
    expect((await toldEnd(rita, id, fence)).row.lock).toMatchObject({ status: 'free' });
  } finally {
    await world.rest('mia').call(changeInbox, { params: { inbox }, body: { times: SHORT } });
  }
});

type Way = (client: HistoryClient, id: string, fence: number) => Promise<unknown>;
const WAYS: Readonly<Record<string, Way>> = {
  left: (client, id) => client.leave(id),
  sent: (client, id, fence) => client.send(id, { fence, lastSeen: 1, next: 'archive' }),
  released: (client, id, fence) => client.release(id, fence),
  signed_out: (client) => client.close(true),
  access_lost: () =>
    world.rest('mia').call(removeMember, {
      params: { inbox: world.seeded.inboxes['orders']?.inboxId ?? '', agent: world.agent('gus').id },
    }),
};

test('L3: left, sent, given back, signed out, access lost: each end has its reason and reaches every viewer within a second', async () => {
  const ben = await sdk.join('ben');
  const list = ben.list({ inboxIds: [world.seeded.inboxes['orders']?.inboxId ?? ''] });
  await shows('the list', list, ({ status }) => status === 'ready');
  for (const [reason, way] of Object.entries(WAYS)) {
    const id = world.conversation('orders', orders());
    const client = await world.connect('gus');
    const { fence } = await client.acquire(id);
    const seen = await opened(ben, id, 'none');
    await lockIs(seen, 'theirs');
    const began = performance.now();
    await way(client, id, fence);
    const told = await toldEnd(rita, id, fence, A_SECOND);
    await lockIs(seen, 'free', A_SECOND);
    await shows(
      'the list shows it free',
      list,
      ({ rows }) => rows.find((row) => row.id === id)?.lock.status === 'free',
      A_SECOND,
    );
    expect([reason, told.reason, told.holder.name]).toEqual([reason, reason, 'gus']);
    expect(performance.now() - began, reason).toBeLessThan(A_SECOND);
    leave(seen);
  }
});

test('L3: an idle holder and one who is gone lose the lock at their deadline, and no list ever shows an expired lock', async () => {
  const inbox = world.seeded.inboxes['quick']?.inboxId ?? '';
  const [idle, gone] = [world.conversation('quick', quick()), world.conversation('quick', quick())];
  await using ana = await world.connect('ana');
  await using ben = await world.connect('ben');
  const fences = [(await ana.acquire(idle)).fence, (await ben.acquire(gone)).fence] as const;
  ben.wire.cut();
  let late = 0;
  await staysTrue(
    'lists show only what is not over',
    async () => {
      const { rows } = await rita.wire.call('conversation.list', {
        filter: { inboxIds: [inbox] },
        after: null,
        limit: 20,
      });
      const now = Date.now();
      for (const { lock } of rows) {
        if (lock.status !== 'held') continue;
        const ends = Math.min(
          lock.goneDeadline ?? Infinity,
          lock.idle.phase === 'asked' ? lock.idle.deadline : Infinity,
        );
        late = Math.max(late, now - ends);
      }
      return late < A_SECOND;
    },
    SHORT.reconnectGrace + A_SECOND,
  );
  expect((await toldEnd(rita, gone, fences[1])).reason).toBe('disconnected');
  expect((await toldEnd(rita, idle, fences[0])).reason).toBe('idle');
  expect(inQuick.flatMap(openLocks)).toEqual([]);
});
