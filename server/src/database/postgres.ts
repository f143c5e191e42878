import { LatchboxError } from '@latchbox/shared';
import type { Database, Durability, Handle, Tx } from './database.ts';
import type { DatabaseDeps } from './deps.ts';
import { createLanes } from './lanes.ts';
import { migratePostgres } from './migrate.ts';
import { createNestingGuard } from './nesting.ts';

import type { PostgresConnection, PostgresDriver, PostgresSlot } from './postgres-connection.ts';
import { withoutValues } from './prepared.ts';
import { createSlowWatch, RunningTx } from './transaction.ts';

const DATABASE_TIME = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS now';
const BEGIN_WRITE: Readonly<Record<Durability, string>> = {
  at_once: `BEGIN ISOLATION LEVEL READ COMMITTED; ${DATABASE_TIME}`,
  soon: `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off; ${DATABASE_TIME}`,
};
const BEGIN_READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY';
/** Two transactions wait for each other: Postgres ends one of them, which then simply runs again. */
const DEADLOCK = '40P01';
const ATTEMPTS = 4;
/** A row stayed locked for longer than the connection waits (`BUSY_LIMIT`). */
const LOCK_TIMEOUT = '55P03';

/**
 * Opens a Postgres database. Several transactions run side by side (row locks keep them apart, as they do between
 * servers); they begin in the order they were asked for.
 */
export async function openPostgres(driver: PostgresDriver, { clock, log }: DatabaseDeps): Promise<Database> {
  const [first] = driver.writers;
  if (first === undefined) throw new Error('no connection to Postgres');
  await migratePostgres((await first.take()).run, log, clock.now());

  const writing = createLanes(driver.writers);
  const reading = createLanes(driver.readers);
  const slow = createSlowWatch(clock, log);
  const transactions = createNestingGuard();
  const reads = createNestingGuard();

  const attempt = async <T>(
    slot: PostgresSlot,
    work: (tx: Tx) => Promise<T>,
    durability: Durability,
  ): Promise<{ tx: RunningTx; result: T }> => {
    const writer = await slot.take();
    const startedAt = clock.monotonic();
    try {
      const time = timeIn(await writer.run(BEGIN_WRITE[durability]));
      const tx = new RunningTx(writer.db, driver.now?.() ?? time, 'postgres');
      const result = await transactions.run(() => work(tx));
      await writer.run('COMMIT');
      return { tx, result };
    } catch (error) {
      await writer.run('ROLLBACK').catch((cause: unknown) => log.warn('A rollback failed', { error: cause }));
      throw asFailure(error);
    } finally {
      slow(startedAt);
    }
  };

  return {
    dialect: 'postgres',
    read: driver.read,
    now: () =>
      reading.run(async (slot) => {
        const time = timeIn(await (await slot.take()).run(DATABASE_TIME));
        return driver.now?.() ?? time;
      }),
    async inTransaction(work, durability = 'at_once') {
      transactions.check();
      return await writing.run(async (slot) => {
        const { tx, result } = await againAfterDeadlock(() => attempt(slot, work, durability));
        tx.committed(log);
        return result;
      });
    },
    async readTogether(work) {
      reads.check();
      return await reading.run(async (slot) =>
        inReadTransaction(await slot.take(), (reader) => reads.run(() => work(reader))),
      );
    },
    async close() {
      await Promise.all([writing.close(), reading.close()]);
      await driver.close();
    },
  };
}

async function inReadTransaction<T>(
  reader: PostgresConnection,
  work: (db: Handle) => Promise<T>,
): Promise<T> {
  await reader.run(BEGIN_READ);
  try {
    return await work(reader.db);
  } catch (error) {
    throw withoutValues(error);
  } finally {
    await reader.run('ROLLBACK');
  }
}

async function againAfterDeadlock<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1 || codeOf(error) !== DEADLOCK) throw error;
    }
  }
}

function asFailure(error: unknown): unknown {
  const cause = withoutValues(error);
  if (codeOf(cause) !== LOCK_TIMEOUT) return cause;
  return new LatchboxError('timeout', {}, { message: 'The database is locked by another process.', cause });
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error ? error.code : codeOf(error.cause);
}

function timeIn(rows: readonly Record<string, unknown>[]): number {
  const now = Number(rows[0]?.['now']);
  if (!Number.isSafeInteger(now)) throw new Error('Postgres did not say what time it is');
  return now;
}
