import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import type { Database } from './database.ts';
import { knownMigrations, type Migration, migratePostgres, migrateSqlite } from './migrate.ts';
import { openDatabase } from './open.ts';
import { counters } from './schema/sqlite.ts';
import { newSqliteFile, openTestDatabase, TEST_DIALECTS } from './testing/open.ts';

const clock = new ManualClock();
const newest = knownMigrations('sqlite').length;

it('knows as many migrations for the one database as for the other', () => {
  expect(knownMigrations('postgres').map((one) => one.name)).toEqual(
    knownMigrations('sqlite').map((one) => one.name),
  );
  expect(knownMigrations('sqlite').map((one) => one.version)).toEqual(
    Array.from({ length: newest }, (_, index) => index + 1),
  );
});

/** Starting PGlite takes seconds (ms) on a busy machine. */
const START_LIMIT = 60_000;

describe.each(TEST_DIALECTS)('on %s', { timeout: START_LIMIT }, (dialect) => {
  let db: Database | undefined;
  afterEach(() => db?.close());

  it('refuses a database of a newer Latchbox and names both versions', async () => {
    const first = await openTestDatabase(dialect);
    db = first;
    await pretendNewer(first);
    const sentence =
      `This database has schema version ${newest + 3}, but this Latchbox knows versions up to ${newest} only. ` +
      'Start the newer Latchbox that wrote it, or restore a backup made before the upgrade.';
    await expect(openDatabase(first.options, { clock, log: silentLog })).rejects.toThrow(sentence);
  });

  it('finds nothing to do the second time, and keeps what is there', async () => {
    const first = await openTestDatabase(dialect);
    db = first;
    await first.inTransaction(
      async (tx) => void (await tx.db.insert(counters).values({ name: 'kept', value: 7 })),
    );
    const said: string[] = [];
    const log: Log = { ...silentLog, info: (message) => said.push(message) };
    const second = await openDatabase(first.options, { clock, log });
    expect(await second.read.select().from(counters)).toEqual([{ name: 'kept', value: 7 }]);
    expect(said).toEqual([]);
    if (dialect !== 'pglite') await second.close();
  });
});

describe('several processes that start at once', () => {
  it('migrate one file once', async () => {
    const file = await newSqliteFile();
    const said: string[] = [];
    const log: Log = { ...silentLog, info: (message) => said.push(message) };
    const opened = await Promise.all(
      Array.from({ length: 5 }, () => openDatabase({ sqliteFile: file.path }, { clock, log })),
    );
    expect(said).toEqual(['Made the database']);
    for (const db of opened) await db.close();
    await file.remove();
  });
});

describe('a migration that fails', () => {
  const broken: Migration[] = [
    { version: 1, name: 'good', sql: 'CREATE TABLE good (id integer)' },
    { version: 2, name: 'bad', sql: 'CREATE TABLE bad (id integer); CREATE TABLE good (id integer)' },
  ];

  it('leaves a SQLite file as it was', async () => {
    const file = await newSqliteFile();
    const { default: Sqlite } = await import('better-sqlite3');
    const raw = new Sqlite(file.path);
    await expect(migrateSqlite(raw, silentLog, 0, broken)).rejects.toThrow('already exists');
    expect(raw.prepare('SELECT name FROM sqlite_master').all()).toEqual([]);
    raw.close();
    await file.remove();
  });

  it('does not leave rows behind that refer to nothing', async () => {
    const file = await newSqliteFile();
    const { default: Sqlite } = await import('better-sqlite3');
    const raw = new Sqlite(file.path);
    const orphan = `CREATE TABLE parent (id text PRIMARY KEY); CREATE TABLE child (parent text REFERENCES parent(id));
      INSERT INTO child VALUES ('nobody')`;
    const orphans = migrateSqlite(raw, silentLog, 0, [{ version: 1, name: 'orphans', sql: orphan }]);
    await expect(orphans).rejects.toThrow('The migration left 1 rows that refer to nothing.');
    expect(raw.prepare('SELECT name FROM sqlite_master').all()).toEqual([]);
    raw.close();
    await file.remove();
  });

  it('is rolled back on Postgres', async () => {
    const ran: string[] = [];
    const run = (text: string) => {
      ran.push(text);
      if (text.includes('bad')) throw new Error('relation "good" already exists');
      return Promise.resolve([]);
    };
    await expect(migratePostgres(run, silentLog, 0, broken)).rejects.toThrow('already exists');
    expect(ran.at(-1)).toBe('ROLLBACK');
    expect(ran).not.toContain('COMMIT');
  });
});

it('needs no drizzle-kit at run time', () => {
  expect(readFileSync(new URL('migrate.ts', import.meta.url), 'utf8')).not.toContain('drizzle-kit');
});

async function pretendNewer(db: Database): Promise<void> {
  const { sql } = await import('drizzle-orm');
  const { integer, sqliteTable, text } = await import('drizzle-orm/sqlite-core');
  const versions = sqliteTable('schema_versions', {
    version: integer(),
    name: text(),
    applied_at: integer(),
  });
  await db.inTransaction(async (tx) => {
    await tx.db.insert(versions).values({ version: newest + 3, name: 'later', applied_at: sql`0` });
  });
}
