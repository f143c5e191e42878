/** Databases for tests: a new SQLite file, PGlite in memory, or a new database of a Postgres server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { type Log, silentLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Database } from '../database.ts';
import { type DatabaseOptions, openDatabase } from '../open.ts';
import { nodePostgres } from '../postgres-driver.ts';
import { pglite } from './pglite.ts';

export type TestDialect = 'sqlite' | 'pglite' | 'postgres';

/** A server on which tests may create databases, as in `postgres://latchbox@127.0.0.1:5432/postgres`. */
const serverUrl = process.env['LATCHBOX_TEST_POSTGRES_URL'];

/** For `describe.each`: what is near storage runs on all that there are; a real Postgres only where one is named. */
export const TEST_DIALECTS: readonly TestDialect[] =
  serverUrl === undefined ? ['sqlite', 'pglite'] : ['sqlite', 'pglite', 'postgres'];

export interface TestDatabase extends Database {
  /** How a second process would open the same database; PGlite can only be opened once. */
  readonly options: DatabaseOptions;
}

export interface TestDeps {
  readonly clock?: Clock;
  readonly log?: Log;
}

/** A migrated, empty database that `close()` removes. */
export async function openTestDatabase(
  dialect: TestDialect = 'sqlite',
  deps: TestDeps = {},
): Promise<TestDatabase> {
  const clock = deps.clock ?? new ManualClock();
  const log = deps.log ?? silentLog;
  const place = await newPlace(dialect, clock);
  const db = await openDatabase(await inTimeOf(clock, log, place.options), { clock, log });
  return {
    ...db,
    options: place.options,
    async close() {
      await db.close();
      await place.remove();
    },
  };
}

/** The test decides what time it is, on a Postgres server too. */
async function inTimeOf(clock: Clock, log: Log, options: DatabaseOptions): Promise<DatabaseOptions> {
  if (!('postgresUrl' in options)) return options;
  return { postgres: { ...(await nodePostgres(options.postgresUrl, log)), now: () => clock.now() } };
}

interface Place {
  readonly options: DatabaseOptions;
  remove(): Promise<void>;
}

async function newPlace(dialect: TestDialect, clock: Clock): Promise<Place> {
  switch (dialect) {
    case 'pglite':
      return { options: { postgres: await pglite(clock) }, remove: () => Promise.resolve() };
    case 'postgres':
      return await newPostgres();
    case 'sqlite': {
      const file = await newSqliteFile();
      return { options: { sqliteFile: file.path }, remove: () => file.remove() };
    }
  }
}

/** The path of a SQLite file that is not there yet, in a folder of its own. */
export async function newSqliteFile(): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-db-'));
  return { path: join(folder, 'latchbox.db'), remove: () => rm(folder, { recursive: true, force: true }) };
}

async function newPostgres(): Promise<Place> {
  if (serverUrl === undefined) throw new Error('LATCHBOX_TEST_POSTGRES_URL names no server');
  const name = `latchbox_${newId('dep').slice(4).toLowerCase().replaceAll('-', '_')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await onServer(serverUrl, `CREATE DATABASE "${name}"`);
  return {
    options: { postgresUrl: url.href },
    remove: () => onServer(serverUrl, `DROP DATABASE "${name}" WITH (FORCE)`),
  };
}

async function onServer(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
