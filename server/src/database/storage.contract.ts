/** What both databases promise. Each `*.test.ts` that has a database runs this suite with it. */
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../lib/log.ts';
import { silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import type { Tx } from './database.ts';
import { appendEvent, eventsAfter, streamHead } from './event-log.ts';
import { counters, events, lockEpochs } from './schema/sqlite.ts';
import { newEpoch, newReply } from './testing/epochs.ts';
import { type GivenOrganisation, givenConversation, givenOrganisation } from './testing/given.ts';
import type { TestDatabase, TestDeps } from './testing/open.ts';
import { violates } from './unique-violation.ts';

export interface StorageUnderTest {
  readonly name: string;
  /** Whether transactions run one at a time in the whole process, as they do where there is one writer. */
  readonly oneWriter: boolean;
  readonly open: (deps: TestDeps) => Promise<TestDatabase>;
}

/** Starting PGlite takes seconds (ms). */
const START_LIMIT = 60_000;
const quiet = () => undefined;
const anEvent = { type: 'inbox.hidden', inboxId: 'ibx_1' } as const;

/** A promise, and the function that fulfils it. */
function gate(): { passed: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message);
  return { lines, log: { ...silentLog, warn: write, error: write } };
}

export function storageContract({ name, oneWriter, open }: StorageUnderTest): void {
  describe(`storage on ${name}`, { timeout: START_LIMIT }, () => {
    let db: TestDatabase;
    const { log, lines } = recordingLog();
    const clock = new ManualClock();

    beforeEach(async () => {
      lines.length = 0;
      db = await open({ clock, log });
    }, START_LIMIT);
    afterEach(() => db.close());

    const count = async (key: string): Promise<number | undefined> =>
      (await db.read.select().from(counters).where(eq(counters.name, key)))[0]?.value;
    const put = (tx: Tx, key: string, value = 1) => tx.db.insert(counters).values({ name: key, value });

    const bench = { db: () => db, clock, lines, put, count };
    transactions(bench);
    visibility(bench);
    values(bench);
    if (oneWriter) queue(() => db);
    eventLog(() => db);
    lockRules(() => db);
    otherRules(() => db);
  });
}

interface Bench {
  readonly db: () => TestDatabase;
  readonly clock: ManualClock;
  readonly lines: string[];
  readonly put: (tx: Tx, key: string, value?: number) => PromiseLike<unknown>;
  readonly count: (key: string) => Promise<number | undefined>;
}

function transactions({ db, lines, put, count }: Bench): void {
  it('rolls a transaction back whole and passes its error on', async () => {
    const failing = db().inTransaction(async (tx) => {
      await put(tx, 'a');
      await put(tx, 'b');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await count('a')).toBeUndefined();
    await db().inTransaction((tx) => Promise.resolve(put(tx, 'a', 2)));
    expect(await count('a')).toBe(2);
  });

  it('rolls back what came before a statement that the database refuses', async () => {
    const failing = db().inTransaction(async (tx) => {
      await put(tx, 'a');
      await put(tx, 'twice');
      await put(tx, 'twice');
    });
    await expect(failing).rejects.toThrow();
    expect(await count('a')).toBeUndefined();
  });

  it('runs the hooks in order after the commit, and none after a rollback', async () => {
    const told: string[] = [];
    await db().inTransaction(async (tx) => {
      tx.afterCommit(() => told.push('first'));
      await put(tx, 'a');
      tx.afterCommit(() => told.push('second'));
      expect(told).toEqual([]);
    });
    expect(told).toEqual(['first', 'second']);
    await db()
      .inTransaction((tx) => {
        tx.afterCommit(() => told.push('never'));
        throw new Error('no');
      })
      .catch(quiet);
    expect(told).toEqual(['first', 'second']);
  });

  it('logs a hook that fails; the transaction stands and the other hooks run', async () => {
    const told: string[] = [];
    const result = await db().inTransaction(async (tx) => {
      await put(tx, 'a');
      tx.afterCommit(() => {
        throw new Error('hook');
      });
      tx.afterCommit(() => told.push('other'));
      return 'stored';
    });
    expect([result, told, await count('a')]).toEqual(['stored', ['other'], 1]);
    expect(lines).toEqual(['A hook after a commit failed']);
  });
}

function visibility({ db, put, count }: Bench): void {
  it('never lets a reader see what is not committed', async () => {
    const written = gate();
    const mayCommit = gate();
    const writing = db().inTransaction(async (tx) => {
      await put(tx, 'a');
      written.open();
      await mayCommit.passed;
    });
    await written.passed;
    const whileOpen = count('a');
    const together = db().readTogether(async (read) => (await read.select().from(counters)).length);
    mayCommit.open();
    await writing;
    // PGlite has one connection: its readers wait for the commit instead of reading past it.
    expect([undefined, 1]).toContain(await whileOpen);
    expect([0, 1]).toContain(await together);
    expect(await count('a')).toBe(1);
  });

  it('reads one state in readTogether, whatever is committed meanwhile', async () => {
    await db().inTransaction(async (tx) => void (await put(tx, 'a')));
    const seen = gate();
    const changed = gate();
    const reading = db().readTogether(async (read) => {
      const before = await read.select().from(counters);
      seen.open();
      await Promise.race([changed.passed, new Promise((resolve) => setImmediate(resolve))]);
      return [before, await read.select().from(counters)];
    });
    await seen.passed;
    await db().inTransaction(async (tx) => void (await put(tx, 'b')));
    changed.open();
    const [before, after] = await reading;
    expect(after).toEqual(before);
  });

  it('refuses a transaction inside a transaction instead of waiting for itself', async () => {
    const outer = db().inTransaction(() => db().inTransaction(() => Promise.resolve('never')));
    await expect(outer).rejects.toThrow('A transaction inside a transaction');
    expect(await db().inTransaction(() => Promise.resolve('fine'))).toBe('fine');
  });
}

function values({ db, clock, lines, put, count }: Bench): void {
  it('says once a minute that transactions held up the others', async () => {
    for (const wait of [60, 60, 60_001, 10]) {
      await db().inTransaction(async () => clock.advance(wait));
    }
    expect(lines).toEqual(['A transaction held up the others', 'A transaction held up the others']);
  });

  it('keeps texts, large numbers and flags as they are', async () => {
    const value = Number.MAX_SAFE_INTEGER;
    await db().inTransaction(async (tx) => void (await put(tx, 'größe 🦊 \'"\\', value)));
    expect(await count('größe 🦊 \'"\\')).toBe(value);
  });

  it('orders texts by their bytes', async () => {
    const names = ['a', 'B', 'b', 'A', '_', 'ä', '9', 'Z'];
    await db().inTransaction(async (tx) => {
      for (const key of names) await put(tx, key);
    });
    const rows = await db().read.select({ name: counters.name }).from(counters).orderBy(counters.name);
    expect(rows.map((row) => row.name)).toEqual(['9', 'A', 'B', 'Z', '_', 'a', 'b', 'ä']);
  });

  it('gives a transaction the time of the database', async () => {
    const before = await db().now();
    const within = await db().inTransaction((tx) => Promise.resolve(tx.now));
    expect(within).toBeGreaterThanOrEqual(before);
    expect(await db().now()).toBeGreaterThanOrEqual(within);
  });
}

function queue(db: () => TestDatabase): void {
  it('runs transactions one after the other in the order they were asked for', async () => {
    const begun: number[] = [];
    let running = 0;
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        db().inTransaction(async (tx) => {
          running += 1;
          expect(running).toBe(1);
          begun.push(index);
          await tx.db.select().from(counters);
          running -= 1;
        }),
      ),
    );
    expect(begun).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
}

function eventLog(db: () => TestDatabase): void {
  it(
    'numbers a stream densely in commit order under 200 transactions at once, some of which fail',
    async () => {
      const woken: string[] = [];
      const results = await Promise.allSettled(
        Array.from({ length: 200 }, (_, index) =>
          db().inTransaction(async (tx) => {
            const seq = await appendEvent(tx, 'inbox:ibx_1', anEvent, (stream) => woken.push(stream));
            await tx.db.insert(counters).values({ name: `by ${index}`, value: seq });
            if (index % 7 === 3) throw new Error('no');
            return seq;
          }),
        ),
      );
      const stored = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const dense = Array.from({ length: stored.length }, (_, index) => index + 1);
      expect(stored.length).toBe(200 - 29);
      expect(stored.toSorted((a, b) => a - b)).toEqual(dense);
      expect(await streamHead(db().read, 'inbox:ibx_1')).toBe(stored.length);
      const log = await eventsAfter(db().read, 'inbox:ibx_1', 0, 1_000);
      expect(log.map((event) => event.seq)).toEqual(dense);
      expect(woken).toHaveLength(stored.length);
    },
    START_LIMIT,
  );

  it('reads a stream on from a cursor, and other streams not at all', async () => {
    await db().inTransaction(async (tx) => {
      for (let index = 0; index < 5; index += 1) await appendEvent(tx, 'inbox:ibx_1', anEvent, quiet);
      await appendEvent(tx, 'agent:agt_1', anEvent, quiet);
    });
    expect((await eventsAfter(db().read, 'inbox:ibx_1', 2, 2)).map((event) => event.seq)).toEqual([3, 4]);
    expect(await eventsAfter(db().read, 'inbox:ibx_1', 5, 10)).toEqual([]);
    expect(await streamHead(db().read, 'agent:agt_1')).toBe(1);
    expect(await streamHead(db().read, 'agent:agt_2')).toBe(0);
  });

  it('stores no second event under a number that is taken', async () => {
    await db().inTransaction((tx) => appendEvent(tx, 'inbox:ibx_1', anEvent, quiet));
    const again = db().inTransaction(async (tx) => {
      await tx.db.insert(events).values({ stream: 'inbox:ibx_1', seq: 1, at: 0, data: '{}' });
    });
    await expect(again).rejects.toThrow();
    expect(JSON.parse((await eventsAfter(db().read, 'inbox:ibx_1', 0, 1))[0]?.data ?? '')).toEqual(anEvent);
  });
}

/** What a transaction is refused with. */
function failureOf(db: TestDatabase, work: (tx: Tx) => Promise<unknown>): Promise<unknown> {
  return db.inTransaction(work).then(
    () => 'stored',
    (error: unknown) => error,
  );
}

function lockRules(db: () => TestDatabase): void {
  let given: GivenOrganisation;
  beforeEach(async () => {
    given = await givenOrganisation(db());
  });
  const failure = (work: (tx: Tx) => Promise<unknown>) => failureOf(db(), work);

  it("refuses a reply under somebody else's epoch: one agent an epoch is a rule of the database", async () => {
    const { conversationId, anna, ben } = given;
    await db().inTransaction((tx) => newEpoch(tx, { conversationId, epoch: 1, agentId: anna.id }));
    await db().inTransaction((tx) =>
      newReply(tx, { conversationId, epoch: 1, agentId: anna.id, position: 2 }),
    );
    const foreign = await failure((tx) =>
      newReply(tx, { conversationId, epoch: 1, agentId: ben.id, position: 3 }),
    );
    expect(String(foreign)).toMatch(/foreign key/i);
    const unknown = await failure((tx) =>
      newReply(tx, { conversationId, epoch: 2, agentId: anna.id, position: 3 }),
    );
    expect(String(unknown)).toMatch(/foreign key/i);
  });

  it('refuses a second epoch of one number and a second open lock of one conversation', async () => {
    const { conversationId, anna, ben } = given;
    await db().inTransaction((tx) => newEpoch(tx, { conversationId, epoch: 1, agentId: anna.id }));
    const same = await failure((tx) =>
      newEpoch(tx, { conversationId, epoch: 1, agentId: ben.id, endedAt: 5 }),
    );
    expect(same).toBeInstanceOf(Error);
    const open = await failure((tx) => newEpoch(tx, { conversationId, epoch: 2, agentId: ben.id }));
    expect(violates(open, 'lock_epochs_open')).toBe(true);
    expect(violates(open, 'lock_epochs_open_agent')).toBe(false);
    await db().inTransaction((tx) => newEpoch(tx, { conversationId, epoch: 2, agentId: ben.id, endedAt: 5 }));
  });

  it('refuses a second open-mode lock of one agent, and allows several in compose mode', async () => {
    const { conversationId, anna, inboxId } = given;
    const ids = [conversationId];
    for (let index = 0; index < 3; index += 1)
      ids.push((await givenConversation(db(), inboxId)).conversationId);
    const [first = '', second = '', third = '', fourth = ''] = ids;
    await db().inTransaction((tx) => newEpoch(tx, { conversationId: first, epoch: 1, agentId: anna.id }));
    const twice = await failure((tx) => newEpoch(tx, { conversationId: second, epoch: 1, agentId: anna.id }));
    expect(violates(twice, 'lock_epochs_open_agent')).toBe(true);
    for (const id of [third, fourth]) {
      await db().inTransaction((tx) =>
        newEpoch(tx, { conversationId: id, epoch: 1, agentId: anna.id, lockOn: 'compose' }),
      );
    }
    const [held] = await db().read.select({ open: sql<number>`count(*)` }).from(lockEpochs);
    expect(Number(held?.open)).toBe(3);
  });
}

function otherRules(db: () => TestDatabase): void {
  it('refuses a conversation of an inbox that is not there', async () => {
    await expect(givenConversation(db(), 'ibx_none')).rejects.toThrow(/foreign key/i);
  });

  it('tells the same client id twice from other failures', async () => {
    const { conversationId, anna } = await givenOrganisation(db());
    await db().inTransaction((tx) => newEpoch(tx, { conversationId, epoch: 1, agentId: anna.id }));
    const reply = { conversationId, epoch: 1, agentId: anna.id, clientId: 'client-id-1' };
    await db().inTransaction((tx) => newReply(tx, { ...reply, position: 2 }));
    const twin = await failureOf(db(), (tx) => newReply(tx, { ...reply, position: 3 }));
    expect(violates(twin, 'replies_client_id')).toBe(true);
  });
}
