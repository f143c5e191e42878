import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { openDatabase } from '../open.ts';
import { finishPostgres } from '../migrations/generate.ts';
import { newSqliteFile, openTestDatabase } from '../testing/open.ts';
import { postgresShapes, shapesInPostgres, shapesInSqlite, sqliteShapes } from '../testing/shapes.ts';
import * as postgres from './postgres.ts';
import * as sqlite from './sqlite.ts';

const migrations = join(import.meta.dirname, '../migrations');

it('says the same for SQLite and for Postgres', () => {
  expect(Object.keys(sqliteShapes(sqlite)).length).toBeGreaterThan(20);
  expect(sqliteShapes(sqlite)['lock_epochs']?.indexes['lock_epochs_open']).toBe(
    'unique (conversation_id) where ended_at IS NULL',
  );
  expect(postgresShapes(postgres)).toEqual(sqliteShapes(sqlite));
});

/** Starting PGlite takes seconds (ms) on a busy machine. */
const START_LIMIT = 60_000;

describe('a migrated database', { timeout: START_LIMIT }, () => {
  it('is what the schema says, on SQLite', async () => {
    const file = await newSqliteFile();
    await (
      await openDatabase({ sqliteFile: file.path }, { clock: new ManualClock(), log: silentLog })
    ).close();
    const raw = new BetterSqlite3(file.path, { readonly: true });
    expect(shapesInSqlite(raw)).toEqual(sqliteShapes(sqlite));
    raw.close();
    await file.remove();
  });

  it('is what the schema says, on Postgres, with every text compared by its bytes', async () => {
    const db = await openTestDatabase('pglite');
    if (!('postgres' in db.options)) throw new Error('not on PGlite');
    const connection = await db.options.postgres.readers[0]?.take();
    if (connection === undefined) throw new Error('no connection');
    expect(await shapesInPostgres(connection.run)).toEqual(postgresShapes(postgres));
    await db.close();
  });
});

describe('the next migration', { timeout: START_LIMIT }, () => {
  it.each(['sqlite', 'postgres'] as const)(
    'would be empty on %s: the last one knows the whole schema',
    async (dialect) => {
      expect(await nextMigration(dialect)).toEqual([]);
    },
  );

  it('is made fit for Postgres: bytes, no schema name, foreign keys after the indexes they need', () => {
    const made = [
      'CREATE TABLE "a" (\n\t"id" text PRIMARY KEY NOT NULL,\n\t"n" bigint\n);\n',
      'ALTER TABLE "b" ADD CONSTRAINT "k" FOREIGN KEY ("a") REFERENCES "public"."a"("id");',
      'ALTER TABLE "b" ADD COLUMN "c" text NOT NULL;',
      'CREATE UNIQUE INDEX "i" ON "a" USING btree ("id");',
    ].join('--> statement-breakpoint\n');
    expect(finishPostgres(made).split('\n--> statement-breakpoint\n')).toEqual([
      'CREATE TABLE "a" (\n\t"id" text COLLATE "C" PRIMARY KEY NOT NULL,\n\t"n" bigint\n);',
      'ALTER TABLE "b" ADD COLUMN "c" text COLLATE "C" NOT NULL;',
      'CREATE UNIQUE INDEX "i" ON "a" USING btree ("id");',
      'ALTER TABLE "b" ADD CONSTRAINT "k" FOREIGN KEY ("a") REFERENCES "a"("id");\n',
    ]);
  });
});

/** What drizzle-kit would write now, from the snapshot of the last migration. */
async function nextMigration(dialect: 'sqlite' | 'postgres'): Promise<string[]> {
  const kit = await import('drizzle-kit/api');
  const folder = join(migrations, dialect, 'meta');
  const newest =
    readdirSync(folder)
      .filter((file) => file.endsWith('_snapshot.json'))
      .toSorted()
      .at(-1) ?? '';
  const before: unknown = JSON.parse(readFileSync(join(folder, newest), 'utf8'));
  if (dialect === 'sqlite') {
    return await kit.generateSQLiteMigration(
      before as never,
      await kit.generateSQLiteDrizzleJson({ ...sqlite }),
    );
  }
  return await kit.generateMigration(before as never, kit.generateDrizzleJson({ ...postgres }));
}
