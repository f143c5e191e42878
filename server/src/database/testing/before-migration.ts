/** Databases as they were before a migration, brought to today with rows in them. For tests of migrations. */
import BetterSqlite3 from 'better-sqlite3';
import { silentLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { knownMigrations, type Migration, migratePostgres, migrateSqlite } from '../migrate.ts';
import type { RunSql } from '../postgres-connection.ts';
import { newSqliteFile } from './open.ts';
import { pglite } from './pglite.ts';

/** Ms: starting PGlite takes seconds on a busy machine. */
export const START_LIMIT = 60_000;

/** `name`: of the migration, without its number. */
function before(dialect: 'sqlite' | 'postgres', name: string): readonly Migration[] {
  const known = knownMigrations(dialect);
  return known.slice(
    0,
    known.findIndex((one) => one.name.replace(/^\d+_/, '') === name),
  );
}

/** A SQLite file with these rows from before, migrated; and what closes it. */
export async function migratedSqlite(
  name: string,
  rows: readonly string[],
): Promise<AsyncDisposable & { readonly raw: BetterSqlite3.Database }> {
  const file = await newSqliteFile();
  const raw = new BetterSqlite3(file.path);
  await migrateSqlite(raw, silentLog, 0, before('sqlite', name));
  for (const row of rows) raw.exec(row);
  await migrateSqlite(raw, silentLog, 0);
  const close = async (): Promise<void> => {
    raw.close();
    await file.remove();
  };
  return { raw, [Symbol.asyncDispose]: close };
}

/** The same on PGlite. */
export async function migratedPostgres(name: string, rows: readonly string[]) {
  const driver = await pglite(new ManualClock(), 'bare');
  const connection = await driver.writers[0]?.take();
  if (connection === undefined) throw new Error('no connection');
  const run: RunSql = connection.run;
  await migratePostgres(run, silentLog, 0, before('postgres', name));
  for (const row of rows) await run(row);
  await migratePostgres(run, silentLog, 0);
  return { run, [Symbol.asyncDispose]: () => driver.close() };
}
