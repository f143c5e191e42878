import type { Database, Handle, Tx } from './database.ts';
import { createLanes } from './lanes.ts';
import { migratePostgres, type RunSql } from './migrate.ts';
import type { DatabaseDeps } from './open.ts';
import { createSlowWatch, RunningTx } from './transaction.ts';

/** One connection to Postgres, which keeps its transactions and its prepared statements to itself. */
export interface PostgresConnection {
  /** A drizzle handle of this connection, cast to the type of SQLite's. */
  readonly db: Handle;
  /** Runs SQL text without parameters; several statements may stand in it. */
  readonly run: RunSql;
}

/** How Postgres is reached: through `pg`, or in tests through PGlite. */
export interface PostgresDriver {
  /** For reads outside a transaction, over whichever connection is free. */
  readonly read: Handle;
  readonly writers: readonly PostgresConnection[];
  readonly readers: readonly PostgresConnection[];
  close(): Promise<void>;
}

const DATABASE_TIME = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS now';
const BEGIN_WRITE = `BEGIN ISOLATION LEVEL READ COMMITTED; ${DATABASE_TIME}`;
const BEGIN_READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY';
/** Two transactions wait for each other: Postgres ends one of them, which then simply runs again. */
const DEADLOCK = '40P01';
const ATTEMPTS = 4;

/**
 * Opens a Postgres database. Several transactions run side by side (row locks keep them apart, as they do between
 * servers); they begin in the order they were asked for.
 */
export async function openPostgres(driver: PostgresDriver, { clock, log }: DatabaseDeps): Promise<Database> {
  const [first] = driver.writers;
  if (first === undefined) throw new Error('no connection to Postgres');
  await migratePostgres(first.run, log, clock.now());

  const writing = createLanes(driver.writers);
  const reading = createLanes(driver.readers);
  const slow = createSlowWatch(clock, log);

  const attempt = async <T>(
    writer: PostgresConnection,
    work: (tx: Tx) => Promise<T>,
  ): Promise<{ tx: RunningTx; result: T }> => {
    const startedAt = clock.monotonic();
    try {
      const tx = new RunningTx(writer.db, timeIn(await writer.run(BEGIN_WRITE)), 'postgres');
      const result = await work(tx);
      await writer.run('COMMIT');
      return { tx, result };
    } catch (error) {
      await writer.run('ROLLBACK').catch((cause: unknown) => log.warn('A rollback failed', { error: cause }));
      throw error;
    } finally {
      slow(startedAt);
    }
  };

  return {
    dialect: 'postgres',
    read: driver.read,
    now: () => reading.run(async (reader) => timeIn(await reader.run(DATABASE_TIME))),
    inTransaction: (work) =>
      writing.run(async (writer) => {
        const { tx, result } = await againAfterDeadlock(() => attempt(writer, work));
        tx.committed(log);
        return result;
      }),
    readTogether: (work) =>
      reading.run(async (reader) => {
        await reader.run(BEGIN_READ);
        try {
          return await work(reader.db);
        } finally {
          await reader.run('ROLLBACK');
        }
      }),
    async close() {
      await Promise.all([writing.close(), reading.close()]);
      await driver.close();
    },
  };
}

async function againAfterDeadlock<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1 || !isDeadlock(error)) throw error;
    }
  }
}

function isDeadlock(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && at.code === DEADLOCK) return true;
  }
  return false;
}

function timeIn(rows: readonly Record<string, unknown>[]): number {
  const now = Number(rows[0]?.['now']);
  if (!Number.isSafeInteger(now)) throw new Error('Postgres did not say what time it is');
  return now;
}
