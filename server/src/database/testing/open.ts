/** Databases for tests: a new SQLite file, or PGlite in memory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { type Log, silentLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../open.ts';
import { pglite } from './pglite.ts';

export type TestDialect = 'sqlite' | 'pglite';
/** For `describe.each`: every storage-near test runs on both. */
export const TEST_DIALECTS: readonly TestDialect[] = ['sqlite', 'pglite'];

export interface TestDatabase extends Database {
  /** Path of the SQLite file; empty for PGlite. */
  readonly file: string;
}

/** A migrated, empty database that `close()` removes. */
export async function openTestDatabase(
  dialect: TestDialect = 'sqlite',
  { clock = new ManualClock(), log = silentLog }: { clock?: Clock; log?: Log } = {},
): Promise<TestDatabase> {
  if (dialect === 'pglite') {
    const db = await openDatabase({ postgres: await pglite() }, { clock, log });
    return { ...db, file: '' };
  }
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-db-'));
  const file = join(folder, 'latchbox.db');
  const db = await openDatabase({ sqliteFile: file }, { clock, log });
  return {
    ...db,
    file,
    async close() {
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
