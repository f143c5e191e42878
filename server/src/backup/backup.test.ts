import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../lib/ids.ts';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import { createInstances } from '../database/instances.ts';
import { systemClock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import { makeBackup, readBackup } from './backup.ts';
import { restoreSqlite } from './restore.ts';

const deps = { clock: systemClock, log: silentLog };
const NAME = 'a'.repeat(32);

let top: string;
let db: Database;
const at = (...names: string[]) => join(top, ...names);
const places = () => ({ sqliteFile: at('data', 'latchbox.sqlite'), filesFolder: at('data', 'files') });

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'latchbox-backup-'));
  await mkdir(at('data', 'files', 'new'), { recursive: true });
  await mkdir(at('data', 'files', 'aa'));
  db = await openDatabase({ sqliteFile: places().sqliteFile }, deps);
});
afterEach(async () => {
  await db.close();
  await rm(top, { recursive: true, force: true });
});

test('a backup is a folder of its own, with the files and without what is half written', async () => {
  await writeFile(at('data', 'files', 'aa', NAME), 'kept');
  await writeFile(at('data', 'files', 'new', 'b'.repeat(32)), 'fresh');
  await writeFile(at('data', 'files', 'new', `${'c'.repeat(32)}.part`), 'half');
  expect(await makeBackup(at('backup'), places(), deps)).toMatchObject({ database: 'sqlite', files: 2 });
  expect((await readdir(at('backup'))).toSorted()).toEqual(['backup.json', 'files', 'latchbox.sqlite']);
  expect(await readdir(at('backup', 'files', 'new'))).toEqual(['b'.repeat(32)]);
  expect(await readFile(at('backup', 'files', 'aa', NAME), 'utf8')).toBe('kept');
  await expect(makeBackup(at('backup'), places(), deps)).rejects.toThrow(/is not empty/);
});

test('half a backup, and one of another format, are none', async () => {
  await makeBackup(at('backup'), places(), deps);
  await writeFile(at('backup', 'backup.json'), '{"format":2}');
  await expect(readBackup(at('backup'))).rejects.toThrow(/format 2/);
  await rm(at('backup', 'backup.json'));
  await expect(readBackup(at('backup'))).rejects.toThrow(/was not finished/);
});

test('with Postgres the dump comes first', async () => {
  const postgres = { ...places(), sqliteFile: undefined };
  await expect(makeBackup(at('backup'), postgres, deps)).rejects.toThrow(/pg_dump .*database\.dump/);
  await writeFile(at('backup', 'database.dump'), 'of pg_dump');
  expect(await makeBackup(at('backup'), postgres, deps)).toMatchObject({ database: 'postgres' });
  await expect(restoreSqlite(at('backup'), places(), { ...deps, replace: true })).rejects.toThrow(
    /of a Postgres database/,
  );
});

test('a restore replaces nothing unasked, nothing under a server, and moves aside what was there', async () => {
  await writeFile(at('data', 'files', 'aa', NAME), 'of the backup');
  await makeBackup(at('backup'), places(), deps);
  await writeFile(at('data', 'files', 'aa', NAME), 'of later');
  const restore = (replace: boolean) => restoreSqlite(at('backup'), places(), { ...deps, replace });
  await expect(restore(false)).rejects.toThrow(/There is a database/);

  const server = createInstances({ db, self: { id: newId('srv'), host: 'here', pid: 1, mode: 'alone' } });
  await server.register();
  await expect(restore(true)).rejects.toThrow(/process 1 on here.*Stop all of them/);
  await server.remove();
  await db.close();
  expect(await restore(true)).toEqual({ locksEnded: 0, messagesHeld: 0 });
  expect(await readFile(at('data', 'files', 'aa', NAME), 'utf8')).toBe('of the backup');
  const names = await readdir(at('data'));
  const aside = names.find((name) => name.startsWith('before-restore-') && !name.endsWith('-files')) ?? '';
  expect(existsSync(at('data', aside, 'latchbox.sqlite'))).toBe(true);
  expect(await readFile(at('data', `${aside}-files`, 'aa', NAME), 'utf8')).toBe('of later');
  expect(names).not.toContain('latchbox.sqlite.restoring');
  db = await openDatabase({ sqliteFile: places().sqliteFile }, deps);
});
