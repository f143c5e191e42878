import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterRestore, type Restored, serversOn } from '../database/after-restore.ts';
import type { Database } from '../database/database.ts';
import type { DatabaseDeps } from '../database/deps.ts';
import { openDatabase } from '../database/open.ts';
import { DATABASE, FILES, type Places, readBackup } from './backup.ts';
import { copyFiles } from './copy-files.ts';

/** What SQLite keeps beside its file. */
const BESIDE = ['', '-wal', '-shm'];

/**
 * Puts a backup in the place of a stopped deployment's database and files, and makes it safe (`afterRestore`). What stands there
 * stops it, unless `replace`: then it is moved aside. The database gets its name last: before that there is none, and nothing
 * starts on half of it. Throws an `Error` in words for the operator.
 */
export async function restoreSqlite(
  folder: string,
  places: Places & { readonly sqliteFile: string },
  { replace, ...deps }: DatabaseDeps & { readonly replace: boolean },
): Promise<Restored> {
  const { sqliteFile, filesFolder } = places;
  const backup = await readBackup(folder);
  if (backup.database !== 'sqlite')
    throw new Error('This backup is of a Postgres database. Restore its dump, then use --after-dump.');
  await mkdir(dirname(sqliteFile), { recursive: true });
  if (existsSync(sqliteFile)) {
    if (!replace)
      throw new Error(`There is a database at ${sqliteFile}. With --replace it is moved aside first.`);
    await requireStopped(sqliteFile, deps);
    await moveAside(places, deps);
  }
  const staged = `${sqliteFile}.restoring`;
  await removeSqlite(staged);
  await copyFiles(join(folder, FILES), filesFolder);
  await copyFile(join(folder, DATABASE), staged);
  const restored = await fix(await openDatabase({ sqliteFile: staged }, deps));
  if (existsSync(`${staged}-wal`)) throw new Error(`${staged} is still in use. Nothing was put in place.`);
  await rename(staged, sqliteFile);
  return restored;
}

/** The same for a Postgres database into which a dump has been restored; `folder` holds the files that belong to it. */
export async function restoreAfterDump(
  folder: string | undefined,
  { postgresUrl, filesFolder }: { readonly postgresUrl: string; readonly filesFolder: string },
  deps: DatabaseDeps,
): Promise<Restored> {
  if (folder !== undefined) {
    await readBackup(folder);
    await copyFiles(join(folder, FILES), filesFolder);
  }
  const db = await openDatabase({ postgresUrl }, deps);
  return await fix(db);
}

async function fix(db: Database): Promise<Restored> {
  try {
    return await afterRestore(db);
  } finally {
    await db.close();
  }
}

async function requireStopped(sqliteFile: string, deps: DatabaseDeps): Promise<void> {
  const db = await openDatabase({ sqliteFile }, deps).catch((error: unknown) => {
    // That may be why it is restored.
    deps.log.warn('The database that is there cannot be read: whether a server uses it, only you know', {
      error,
    });
  });
  if (db === undefined) return;
  try {
    const running = await serversOn(db);
    if (running.length > 0)
      throw new Error(
        `A server uses this database, or did ten seconds ago: ${running.join(', ')}. Stop all of them first.`,
      );
  } finally {
    await db.close();
  }
}

async function moveAside({ sqliteFile, filesFolder }: Places, { clock, log }: DatabaseDeps): Promise<void> {
  if (sqliteFile === undefined) return;
  const aside = `before-restore-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-')}`;
  const place = join(dirname(sqliteFile), aside);
  await mkdir(place, { mode: 0o700 });
  for (const suffix of BESIDE) {
    const file = sqliteFile + suffix;
    if (existsSync(file)) await rename(file, join(place, DATABASE + suffix));
  }
  if (existsSync(filesFolder)) await rename(filesFolder, join(dirname(filesFolder), `${aside}-files`));
  log.info('what was there before was moved aside', { place });
}

async function removeSqlite(file: string): Promise<void> {
  for (const suffix of BESIDE) await rm(file + suffix, { force: true });
}
