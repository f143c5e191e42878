import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import type { Log } from '../lib/log.ts';
import { untilFree } from './busy.ts';
import type { RunSql } from './postgres-connection.ts';

/** How long (ms) a starting process waits for another one that migrates the same database. */
const MIGRATION_LIMIT = 60_000;
/** Names the advisory lock under which Postgres is migrated; any number, the same in every version. */
const MIGRATION_LOCK = 7_345_201;

export interface Migration {
  /** 1, 2, 3 …: the schema version that it leads to. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** The migrations that this server knows, in order. */
export function knownMigrations(dialect: 'sqlite' | 'postgres'): readonly Migration[] {
  const folder = join(import.meta.dirname, 'migrations', dialect);
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { idx: number; tag: string }[];
  };
  return journal.entries.map(({ idx, tag }) => ({
    version: idx + 1,
    name: tag,
    sql: readFileSync(join(folder, `${tag}.sql`), 'utf8').replaceAll('--> statement-breakpoint', ''),
  }));
}

const CREATE = `CREATE TABLE IF NOT EXISTS schema_versions (
  version integer PRIMARY KEY NOT NULL, name text NOT NULL, applied_at bigint NOT NULL)`;
const NEWEST = 'SELECT max(version) AS version FROM schema_versions';

/** What is still to be applied. Throws when the database is from a newer server. */
function pending(known: readonly Migration[], present: number): readonly Migration[] {
  if (present > known.length) {
    throw new Error(
      `This database has schema version ${present}, but this Latchbox knows versions up to ${known.length} only. ` +
        'Start the newer Latchbox that wrote it, or restore a backup made before the upgrade.',
    );
  }
  return known.filter((migration) => migration.version > present);
}

const record = (migration: Migration, at: number): string =>
  `INSERT INTO schema_versions (version, name, applied_at) VALUES (${migration.version}, '${migration.name}', ${at})`;

/** One line a migration; of a database that is made, one line. */
function noteMigrated(log: Log, done: readonly Migration[]): void {
  const last = done.at(-1);
  if (last === undefined) return;
  if (done[0]?.version === 1) log.info('Made the database', { version: last.version, name: last.name });
  else for (const { version, name } of done) log.info('Migrated the database', { to: version, name });
}

/**
 * Brings a SQLite file to the newest schema in one transaction under its write lock: of two processes that start at once
 * one migrates, the other waits and finds nothing to do. Forward only.
 */
export async function migrateSqlite(
  raw: BetterSqlite3.Database,
  log: Log,
  now: number,
  known: readonly Migration[] = knownMigrations('sqlite'),
): Promise<void> {
  raw.pragma('foreign_keys = OFF');
  await untilFree(() => void raw.exec('BEGIN IMMEDIATE'), MIGRATION_LIMIT);
  try {
    raw.exec(CREATE);
    const row = raw.prepare<[], { version: number | null }>(NEWEST).get();
    const todo = pending(known, row?.version ?? 0);
    for (const migration of todo) {
      raw.exec(migration.sql);
      raw.exec(record(migration, now));
    }
    const broken = todo.length === 0 ? [] : (raw.pragma('foreign_key_check') as unknown[]);
    if (broken.length > 0) throw new Error(`The migration left ${broken.length} rows that refer to nothing.`);
    await untilFree(() => void raw.exec('COMMIT'), MIGRATION_LIMIT);
    noteMigrated(log, todo);
  } catch (error) {
    if (raw.inTransaction) raw.exec('ROLLBACK');
    throw error;
  }
}

/** As `migrateSqlite`, under an advisory lock that lasts until the transaction's end. */
export async function migratePostgres(
  run: RunSql,
  log: Log,
  now: number,
  known: readonly Migration[] = knownMigrations('postgres'),
): Promise<void> {
  await run('BEGIN');
  try {
    await run(`SET LOCAL lock_timeout = ${MIGRATION_LIMIT}`);
    await run(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await run(CREATE);
    const [row] = await run(NEWEST);
    const todo = pending(known, Number(row?.['version'] ?? 0));
    for (const migration of todo) {
      await run(migration.sql);
      await run(record(migration, now));
    }
    await run('COMMIT');
    noteMigrated(log, todo);
  } catch (error) {
    await run('ROLLBACK');
    throw error;
  }
}
