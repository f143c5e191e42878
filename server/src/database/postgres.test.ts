import { eq, sql } from 'drizzle-orm';
import { LatchboxError } from '@latchbox/shared';
import { afterEach, describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { authorize } from './authorize.ts';
import type { Database, Handle, Tx } from './database.ts';
import { openDatabase } from './open.ts';
import { openPostgres } from './postgres.ts';
import type { PostgresDriver } from './postgres-connection.ts';
import { forUpdate } from './row-locks.ts';
import { agents, counters, inboxMembers } from './schema/sqlite.ts';
import { givenAgent, givenConversation, givenInbox } from './testing/given.ts';
import { openTestDatabase, TEST_DIALECTS, type TestDatabase } from './testing/open.ts';

const deps = { clock: new ManualClock(), log: silentLog };

/** A driver without a database: it remembers what it was told and says when it was. */
function driverWithout(ran: string[], commit: () => void = () => undefined): PostgresDriver {
  const db = {} as Handle;
  const run = (text: string): Promise<Record<string, unknown>[]> => {
    ran.push(text);
    if (text === 'COMMIT') commit();
    return Promise.resolve(text.includes('clock_timestamp') ? [{ now: '1750000000123' }] : []);
  };
  const slot = { take: () => Promise.resolve({ db, run }) };
  return { read: db, writers: [slot], readers: [slot], close: () => Promise.resolve() };
}

function failure(code: string): Error {
  return Object.assign(new Error(`code ${code}`), { code });
}

describe('without a server', () => {
  const migrated = (driver: PostgresDriver): PostgresDriver => ({
    ...driver,
    writers: driver.writers.map((slot) => ({
      take: async () => {
        const { db, run } = await slot.take();
        const answer: typeof run = async (text) =>
          text.startsWith('SELECT max(version)') ? [{ version: 1 }] : await run(text);
        return { db, run: answer };
      },
    })),
  });

  it('takes the time of a transaction from the database, as a number', async () => {
    const db = await openPostgres(migrated(driverWithout([])), deps);
    expect(await db.inTransaction((tx) => Promise.resolve(tx.now))).toBe(1_750_000_000_123);
    expect(await db.now()).toBe(1_750_000_000_123);
  });

  it('leaves the wait for the disk out where a commit may be lost, for that transaction alone', async () => {
    const ran: string[] = [];
    const db = await openPostgres(migrated(driverWithout(ran)), deps);
    await db.inTransaction(() => Promise.resolve(), 'soon');
    await db.inTransaction(() => Promise.resolve());
    const begun = ran.filter((text) => text.startsWith('BEGIN ISOLATION'));
    expect(begun.map((text) => text.includes('SET LOCAL synchronous_commit = off'))).toEqual([true, false]);
  });

  it('runs a transaction again that Postgres ended because of a deadlock, with its hooks once', async () => {
    const ran: string[] = [];
    const told: number[] = [];
    let attempts = 0;
    const db = await openPostgres(migrated(driverWithout(ran)), deps);
    const result = await db.inTransaction((tx) => {
      attempts += 1;
      const attempt = attempts;
      tx.afterCommit(() => told.push(attempt));
      if (attempt < 3) throw new Error('query failed', { cause: failure('40P01') });
      return Promise.resolve(attempt);
    });
    expect([result, told]).toEqual([3, [3]]);
    expect(ran.filter((text) => text === 'ROLLBACK')).toHaveLength(2);
  });

  it('gives up after four deadlocks in a row', async () => {
    let attempts = 0;
    const db = await openPostgres(migrated(driverWithout([])), deps);
    const work = () => {
      attempts += 1;
      throw failure('40P01');
    };
    await expect(db.inTransaction(work)).rejects.toThrow('40P01');
    expect(attempts).toBe(4);
  });

  it('refuses with `timeout` when a row stays locked, and runs no hook when the commit fails', async () => {
    const locked = await openPostgres(migrated(driverWithout([])), deps);
    const refused = await locked
      .inTransaction(() => Promise.reject(failure('55P03')))
      .catch((error: unknown) => error);
    expect(LatchboxError.is(refused, 'timeout')).toBe(true);

    const told: string[] = [];
    const commit = () => {
      throw failure('40001');
    };
    const failing = migrated(driverWithout([], commit));
    const open = { ...failing, writers: failing.writers };
    const db = await openWithFailingCommit(open);
    await expect(
      db.inTransaction((tx) => {
        tx.afterCommit(() => told.push('never'));
        return Promise.resolve();
      }),
    ).rejects.toThrow('40001');
    expect(told).toEqual([]);
  });
});

/** The migration commits, too: the driver fails from the first transaction on. */
async function openWithFailingCommit(driver: PostgresDriver): Promise<Database> {
  let starting = true;
  const [slot] = driver.writers;
  const take = async () => {
    const connection = await slot?.take();
    if (connection === undefined) throw new Error('no slot');
    const run: typeof connection.run = (text) =>
      starting && text === 'COMMIT' ? Promise.resolve([]) : connection.run(text);
    return { ...connection, run };
  };
  const db = await openPostgres({ ...driver, writers: [{ take }] }, deps);
  starting = false;
  return db;
}

if (!TEST_DIALECTS.includes('postgres')) {
  it('against a server: not run, LATCHBOX_TEST_POSTGRES_URL names none', () => {
    expect(TEST_DIALECTS).toContain('pglite');
  });
} else {
  describe('against a server', () => {
    let db: TestDatabase;
    afterEach(() => db.close());

    it('goes on after its connections were cut', async () => {
      const said: string[] = [];
      const log: Log = { ...silentLog, warn: (message) => said.push(message) };
      db = await openTestDatabase('postgres', { log });
      await put(db, 'before');
      const second = await openDatabase(db.options, deps);
      const cut = second.inTransaction(async (tx) => {
        const { sql } = await import('drizzle-orm');
        await tx.db
          .select({ cut: sql`count(pg_terminate_backend(pid))` })
          .from(
            sql`pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()` as never,
          );
      });
      await cut;
      await expect.poll(() => said.length).toBeGreaterThan(0);
      await put(db, 'after');
      expect((await db.read.select().from(counters)).map((row) => row.name).toSorted()).toEqual([
        'after',
        'before',
      ]);
      await second.close();
    });

    it('brings two transactions through that lock the same rows in opposite order', async () => {
      db = await openTestDatabase('postgres');
      await put(db, 'a');
      await put(db, 'b');
      const both = Promise.withResolvers<void>();
      let first = 0;
      const cross = (one: string, other: string) =>
        db.inTransaction(async (tx) => {
          await lock(tx, one);
          first += 1;
          if (first === 2) both.resolve();
          await both.promise;
          await lock(tx, other);
        });
      await Promise.all([cross('a', 'b'), cross('b', 'a')]);
      // One of them at least was ended, and ran again; on a busy machine they can meet once more.
      expect(first).toBeGreaterThan(2);
    });

    it.each([
      ['is lowered', lowered],
      ['is removed', removed],
      ['is deactivated', deactivated],
    ] as const)(
      'who %s between the check of an act and its commit is so only after it',
      async (_, change) => {
        db = await openTestDatabase('postgres');
        const inbox = await givenInbox(db);
        const { conversationId } = await givenConversation(db, inbox.inboxId);
        const { id } = await givenAgent(db, 'anna', [inbox]);
        const [checked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const order: string[] = [];
        const act = db.inTransaction(async (tx) => {
          await authorize(tx, id, 'reply', { conversationId });
          checked.resolve();
          await goOn.promise;
          order.push('acted');
        });
        await checked.promise;
        const changed = db.inTransaction((tx) => change(tx, id)).then(() => order.push('changed'));
        await expect.poll(() => waiting(db)).toBe(1);
        goOn.resolve();
        await Promise.all([act, changed]);
        expect(order).toEqual(['acted', 'changed']);
      },
    );

    it('tells its own time, not that of the process', async () => {
      db = await openTestDatabase('postgres');
      const own = await openDatabase(db.options, { clock: new ManualClock(5), log: silentLog });
      expect(await own.now()).toBeGreaterThan(1_700_000_000_000);
      expect(await own.inTransaction((tx) => Promise.resolve(tx.now))).toBeGreaterThan(1_700_000_000_000);
      await own.close();
    });
  });
}

async function put(db: Database, name: string): Promise<void> {
  await db.inTransaction(async (tx) => void (await tx.db.insert(counters).values({ name, value: 1 })));
}

async function lock(tx: Tx, name: string): Promise<void> {
  await forUpdate(tx, tx.db.select().from(counters).where(eq(counters.name, name)));
}

const lowered = async (tx: Tx, agentId: string): Promise<unknown> =>
  await tx.db.update(inboxMembers).set({ capability: 'read' }).where(eq(inboxMembers.agentId, agentId));
const removed = async (tx: Tx, agentId: string): Promise<unknown> =>
  await tx.db.delete(inboxMembers).where(eq(inboxMembers.agentId, agentId));
const deactivated = async (tx: Tx, agentId: string): Promise<unknown> =>
  await tx.db.update(agents).set({ state: 'deactivated' }).where(eq(agents.id, agentId));

/** How many transactions of this database wait for a row. */
async function waiting(db: Database): Promise<number> {
  const rows = await db.read
    .select({ pid: sql<number>`pid` })
    .from(sql`pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'` as never);
  return rows.length;
}
