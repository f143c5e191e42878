/**
 * What each guard is there for, done on purpose and judged by the record alone: answers are ignored, and what breaks is named by
 * its invariant. `node --run faults:mutations` takes the guards away, one after the other, and sees these fail.
 */

import { changeAgent } from '@latchbox/shared/http/agents';
import { removeMember } from '@latchbox/shared/http/inboxes';
import { expect, test } from 'vitest';
import { appendEvent, eventsAfter } from '../../server/src/database/event-log.ts';
import { events, streams } from '../../server/src/database/schema/sqlite.ts';
import {
  openTestDatabase,
  TEST_DIALECTS,
  type TestDatabase,
} from '../../server/src/database/testing/open.ts';
import { given, KEY, master, take } from '../cluster/lease-rig.ts';
import { judge, tell } from '../tools/checkers.ts';
import { eventually, pause } from '../tools/eventually.ts';
import { FAILPOINTS } from '../tools/failpoints.ts';
import { newClientId } from '../tools/history-client.ts';
import type { EventRow } from '../tools/history-dump.ts';
import type { LeaseTry, Observations } from '../tools/history-record.ts';
import { monotonic, type Run, wallOffset } from '../tools/history.ts';
import { copySources } from '../tools/source-copy.ts';
import { InvariantBroken, SHORT, startWorld, type World, type WorldOptions } from '../tools/world.ts';

const start = (more: Partial<WorldOptions> = {}): Promise<World> =>
  startWorld({
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 2 } },
      agents: { ann: {}, ben: {}, mia: { role: 'admin', capability: 'manage' } },
    },
    ...more,
  });

/** Whatever the answer is: the record tells. */
const ignored = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

/** Holds a run, with what was observed besides, against all invariants. */
function nothingBroken(run: Run, observed: Observations = {}): void {
  const wrong = tell(judge({ ...run, ...observed }).violations);
  if (wrong !== '') throw new InvariantBroken(wrong);
}

test('the fence: a send under an old one, after its holder came back', async () => {
  await using world = await start();
  const id = world.conversation('orders');
  const ann = await world.connect('ann');
  const ben = await world.connect('ben');
  const { fence } = await ann.acquire(id);
  ann.wire.cut();
  await eventually('the lock is over', () => ben.acquire(id).catch(() => undefined), 5_000);
  const again = await world.connect('ann', { resume: ann.wire.session });
  await ignored(again.send(id, { fence, lastSeen: 1 }));
  await world.check();
});

test('the token: a lease that is given back by one who had it before', async () => {
  const leases = await given(1);
  const old = await take(leases);
  await leases.release('a', old);
  const token = await take(leases);
  const reading = () =>
    master(0).with(async (redis) => {
      const stands = await redis.get(KEY);
      return stands === null ? null : { token: stands, left: await redis.pttl(KEY) };
    });
  const attempt = async (act: LeaseTry['act']): Promise<LeaseTry> => {
    const before = await reading();
    const answer = act === 'release' ? await leases.release('a', old) : await leases.extend('a', old, 90_000);
    const done = answer === 'released' || answer === 'extended';
    return { act, key: 'a', token: old, answer: done ? 'done' : 'refused', before, after: await reading() };
  };
  const leaseTries = [await attempt('extend'), await attempt('release')];
  expect(leaseTries[0]?.before?.token).toBe(token);
  nothingBroken(emptyRun(), { leaseTries });
});

test('the end of the lease: a server that stood still between lease and grant', async () => {
  const point = FAILPOINTS.filter(({ name }) => name === 'after-lease');
  await using sources = await copySources(point);
  // A client that hears nothing from a server that stands still stays all the same.
  const env = { PING_INTERVAL_MS: '5000', PING_TIMEOUT_MS: '10000' };
  await using world = await start({ servers: 2, sources: sources.top, env });
  const id = world.conversation('orders');
  const ann = await world.connect('ann', { server: 0 });
  const ben = await world.connect('ben', { server: 1 });
  await world.server(0).arm('after-lease', 'stop');
  const late = ignored(ann.acquire(id));
  await world.server(0).stopped();
  await eventually('the lock is free', () => ben.acquire(id), SHORT.lockTtl + 5_000);
  world.server(0).sigcont();
  await late;
  await world.check();
  nothingBroken(world.run(), { leasesKept: true, bounds: { ttl: SHORT.lockTtl, slack: 250 } });
});

test('the counter of fences: it is not what Redis can forget', async () => {
  await using world = await start({ redis: true });
  const id = world.conversation('orders');
  const ann = await world.connect('ann');
  const ben = await world.connect('ben');
  const { fence } = await ann.acquire(id);
  await ann.release(id, fence);
  world.dump();
  await world.redis?.flushall();
  world.history.nemesis('FLUSHALL');
  const given = await ben.acquire(id).then((granted) => granted.fence, String);
  await world.check();
  expect(given, 'the fence that is given after Redis was emptied').toBe(fence + 1);
});

test('the commit before the poke: what is rolled back is told to nobody', async () => {
  const point = FAILPOINTS.filter(({ name }) => name === 'before-reply-commit');
  await using sources = await copySources(point);
  await using world = await start({ sources: sources.top });
  const id = world.conversation('orders');
  const ann = await world.connect('ann');
  await ann.wire.subscribe(world.stream('orders'));
  const { fence } = await ann.acquire(id);
  await world.server().arm('before-reply-commit', 'throw');
  await ignored(ann.send(id, { fence, lastSeen: 1, body: 'Never stored' }));
  await ignored(ann.send(id, { fence, lastSeen: 1, body: 'Stored' }));
  await world.check();
});

test('the commit before the acknowledgement: what was acknowledged survives', async () => {
  await using world = await start();
  const id = world.conversation('orders');
  const ann = await world.connect('ann');
  const { fence } = await ann.acquire(id);
  await ann.send(id, { fence, lastSeen: 1 });
  await world.server().kill9();
  await world.server().restart();
  await world.check();
});

test('the client id: the same send twenty times at once, by two servers', async () => {
  // In compose mode the lock ends with the first of them, which is a guard of its own.
  const inboxes = { orders: { times: SHORT, conversations: 1, lockOn: 'open' as const } };
  await using world = await start({ servers: 2, seed: { inboxes, agents: { ann: {} } } });
  const id = world.conversation('orders');
  const ann = await world.connect('ann');
  const { fence } = await ann.acquire(id);
  const clientId = newClientId();
  const once = () => ignored(ann.send(id, { fence, lastSeen: 1, body: 'Once', clientId }));
  await Promise.all(Array.from({ length: 20 }, once));
  await world.check();
});

test('the membership: a replay for one who was removed', async () => {
  await using world = await start();
  const { inboxId } = world.seeded.inboxes.orders!;
  const { id: agentId } = world.agent('ann');
  const ben = await world.connect('ben');
  await ben.note(world.conversation('orders'), 'Not for everybody');
  await world.rest('mia').call(removeMember, { params: { inbox: inboxId, agent: agentId } });
  const to = monotonic();
  const ann = await world.connect('ann');
  const asked = monotonic();
  await ignored(ann.wire.subscribe(world.stream('orders'), { logEpoch: ann.wire.hello.logEpoch, seq: 0 }));
  await pause(300);
  const got = ann.wire.deliveries.flatMap((delivery) => delivery.events);
  const run = { ...world.run(), dumps: [world.dump()] } satisfies Run;
  const disclosures = got.map(({ at }) => ({ inboxId, agentId, at, asked, what: 'a replay' }));
  const always = [world.agent('ben').id, world.agent('mia').id].map((id) => ({
    inboxId,
    agentId: id,
    from: 0,
    to: null,
  }));
  nothingBroken(run, { disclosures, memberships: [...always, { inboxId, agentId, from: 0, to }] });
});

test('the sign-in: a session goes on with a token that is over', async () => {
  await using world = await start();
  const ann = await world.connect('ann');
  const { id: agentId } = world.agent('ann');
  await world.rest('mia').call(changeAgent, { params: { agent: agentId }, body: { state: 'deactivated' } });
  const sessionEnds = [
    { agentIds: [agentId], sessionIds: [ann.wire.session.id], why: 'disabled', at: monotonic() },
  ];
  const bounds = { revoke: 1_000, slack: 500 };
  await pause(bounds.revoke + bounds.slack + 50);
  const again = await ignored(
    world
      .connect('ann', { resume: ann.wire.session })
      .then((client) => client.leave(world.conversation('orders'))),
  );
  void again;
  world.dump();
  nothingBroken(world.run(), { sessionEnds, bounds });
});

test('the session: a colleague comes with its id and key, as after a change of agents on one device', async () => {
  await using world = await start();
  const id = world.conversation('orders');
  const ann = await world.connect('ann');
  const { fence } = await ann.acquire(id);
  const ben = await world.connect('ben', { resume: ann.wire.session });
  await ignored(ben.release(id, fence));
  await ignored(ben.send(id, { fence, lastSeen: 1 }));
  expect(ben.actor.sessionId, 'the session of the colleague').not.toBe(ann.actor.sessionId);
  expect(ben.wire.hello.locks).toEqual([]);
  await world.check();
});

function emptyRun(dump: Partial<Run['dumps'][0]> = {}): Run {
  const none = {
    epochs: [],
    replies: [],
    entries: [],
    outbox: [],
    attempts: [],
    accepted: [],
    conversations: [],
  };
  return {
    ops: [],
    nemeses: [],
    deliveries: [],
    snapshots: [],
    dumps: [{ ...none, events: [], streams: [], ...dump }],
    wallOffset: wallOffset(),
  };
}

const STREAM = 'inbox:ibx_1';
const append = (db: TestDatabase, number: number, then: () => Promise<void> = () => Promise.resolve()) =>
  db.inTransaction(async (tx) => {
    const person = { id: 'agt_1', name: `number ${number}` };
    await appendEvent(tx, STREAM, { type: 'member.changed', person, capability: 'reply' }, () => undefined);
    await then();
  });

/** A run of which a reader like the pump is the only client, who reads on from its cursor. */
async function logRun(db: TestDatabase, reads: readonly EventRow[]): Promise<Run> {
  const rows = await db.read.select().from(events);
  const log = rows.map(({ stream, seq, data }) => ({
    stream,
    seq,
    data: JSON.parse(data) as EventRow['data'],
  }));
  const inOrder = log.toSorted((a, b) => a.seq - b.seq);
  const heads = await db.read.select().from(streams);
  const delivered = reads.map(({ stream, seq, data }) => ({
    event: { stream, seq, at: 0, data } as never,
    at: 0,
  }));
  const reader = {
    client: 'reader',
    sessionId: 's',
    agentId: 'a',
    stream: STREAM,
    logEpoch: 'l',
    live: true,
  };
  return {
    ...emptyRun({
      events: inOrder,
      streams: heads.map(({ id }) => ({ id, lastSeq: inOrder.at(-1)?.seq ?? 0 })),
    }),
    deliveries: [{ ...reader, from: 0, head: 0, events: delivered }],
  };
}

function createReader(db: TestDatabase) {
  const got: EventRow[] = [];
  return {
    got,
    async read(): Promise<void> {
      for (const { stream, seq, data } of await eventsAfter(db.read, STREAM, got.at(-1)?.seq ?? 0, 100))
        got.push({ stream, seq, data: JSON.parse(data) as EventRow['data'] });
    },
  };
}

for (const dialect of TEST_DIALECTS.filter((name) => name !== 'sqlite')) {
  test(`the counter row: a write that is rolled back leaves no gap in the log, on ${dialect}`, async () => {
    const db = await openTestDatabase(dialect);
    const reader = createReader(db);
    try {
      await append(db, 1);
      await ignored(append(db, 2, () => Promise.reject(new Error('changed my mind'))));
      await append(db, 3);
      await reader.read();
      nothingBroken(await logRun(db, reader.got));
    } finally {
      await db.close();
    }
  });
}

// PGlite has one connection: nothing is written there at the same time.
test.skipIf(!TEST_DIALECTS.includes('postgres'))(
  'the counter row: who commits later has the later number',
  async () => {
    const db = await openTestDatabase('postgres');
    const reader = createReader(db);
    try {
      await append(db, 1);
      const [written, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const slow = append(db, 2, async () => {
        written.resolve();
        await gate.promise;
      });
      await written.promise;
      const quick = append(db, 3);
      await Promise.race([quick, pause(300)]);
      await reader.read();
      gate.resolve();
      await Promise.all([slow, quick]);
      await reader.read();
      nothingBroken(await logRun(db, reader.got));
    } finally {
      await db.close();
    }
  },
);
