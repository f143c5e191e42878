import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { everyNamedFile } from '../database/attachments.ts';
import { copySqlite } from '../database/copy-sqlite.ts';
import type { DatabaseDeps } from '../database/deps.ts';
import { openDatabase } from '../database/open.ts';
import { copyFiles, fileNames } from './copy-files.ts';

/** Where a deployment keeps what it has. */
export interface Places {
  /** Of SQLite; undefined: the database is Postgres. */
  readonly sqliteFile: string | undefined;
  readonly filesFolder: string;
}

/** Names inside the folder of a backup. */
export const DATABASE = 'latchbox.sqlite';
export const DUMP = 'database.dump';
export const FILES = 'files';
const NOTE = 'backup.json';
const FORMAT = 1;

export interface Backup {
  readonly format: number;
  /** When it was finished, as people read it. */
  readonly at: string;
  readonly database: 'sqlite' | 'postgres';
  readonly files: number;
}

/**
 * Copies database and files of a running deployment into a folder that is made for it. The database comes first: whatever it
 * names lies on the disk already. With Postgres its dump has to lie in the folder, and only the files are copied. The note of what
 * it is comes last, so that half a backup is none. Throws an `Error` in words for the operator.
 */
export async function makeBackup(folder: string, places: Places, deps: DatabaseDeps): Promise<Backup> {
  await prepareFolder(folder, places);
  if (places.sqliteFile !== undefined) await copySqlite(places.sqliteFile, join(folder, DATABASE));
  const files = await copyFiles(places.filesFolder, join(folder, FILES));
  if (places.sqliteFile !== undefined) await requireFiles(folder, deps);
  const backup: Backup = {
    format: FORMAT,
    at: new Date(deps.clock.now()).toISOString(),
    database: places.sqliteFile === undefined ? 'postgres' : 'sqlite',
    files,
  };
  await writeFile(join(folder, NOTE), `${JSON.stringify(backup, null, 2)}\n`);
  return backup;
}

/** What lies in the folder. Throws an `Error` in words when that is no whole backup. */
export async function readBackup(folder: string): Promise<Backup> {
  const text = await readFile(join(folder, NOTE), 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new Error(`${folder} holds no backup, or one that was not finished: it has no ${NOTE}.`);
  const backup = JSON.parse(text) as Backup;
  if (backup.format !== FORMAT)
    throw new Error(`This backup is of format ${backup.format}, which this Latchbox does not know.`);
  return backup;
}

async function prepareFolder(folder: string, { sqliteFile }: Places): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  if (sqliteFile !== undefined) {
    if (names.length > 0) throw new Error(`${folder} is not empty. A backup gets a folder of its own.`);
    if (!existsSync(sqliteFile)) throw new Error(`There is no database at ${sqliteFile}. Is DATA_DIR set?`);
    return;
  }
  if (!names.includes(DUMP)) {
    throw new Error(
      `With Postgres its dump comes first, so that no file is missing that it names:\n  pg_dump --format=custom --file=${join(folder, DUMP)} "$DATABASE_URL"`,
    );
  }
  if (names.length > 1)
    throw new Error(`${folder} holds more than ${DUMP}. A backup gets a folder of its own.`);
}

/** Looks whether the copy has every file that its database names. */
async function requireFiles(folder: string, deps: DatabaseDeps): Promise<void> {
  const db = await openDatabase({ sqliteFile: join(folder, DATABASE) }, deps);
  try {
    const there = await fileNames(join(folder, FILES));
    const missing = [...(await everyNamedFile(db.read))].filter((file) => !there.has(file));
    if (missing.length > 0) {
      deps.log.warn('The backup lacks files that its database names', {
        count: missing.length,
        first: missing[0],
      });
    }
  } finally {
    await db.close();
  }
}
