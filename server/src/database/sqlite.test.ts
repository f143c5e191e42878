import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { LatchboxError } from '@latchbox/shared';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BUSY_LIMIT, untilFree } from './busy.ts';
import { silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { openDatabase } from './open.ts';
import { agents, counters } from './schema/sqlite.ts';
import { newSqliteFile } from './testing/open.ts';

const deps = { clock: new ManualClock(), log: silentLog };
const holder = join(import.meta.dirname, 'testing/hold-lock.mjs');

let file: Awaited<ReturnType<typeof newSqliteFile>>;
let children: ChildProcess[];
beforeEach(async () => {
  file = await newSqliteFile();
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await file.remove();
});

/** A process of its own that holds the file's write lock for `ms` after it has said so. */
async function heldByAnotherProcess(ms: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [holder, file.path, String(ms)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

it('waits outside SQLite while another process holds the write lock, and then writes', async () => {
  const db = await openDatabase({ sqliteFile: file.path }, deps);
  const child = await heldByAnotherProcess(300);
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 5);
  await db.inTransaction(
    async (tx) => void (await tx.db.insert(counters).values({ name: 'ours', value: 1 })),
  );
  clearInterval(ticking);
  if (child.exitCode === null) await once(child, 'exit');
  // The event loop went on meanwhile, and readers are never in the way.
  expect(turns).toBeGreaterThan(10);
  expect((await db.read.select().from(counters)).map((row) => row.name).toSorted()).toEqual([
    'ours',
    'theirs',
  ]);
  await db.close();
});

it('waits for the disk with every commit, but for those that may be lost', async () => {
  const db = await openDatabase({ sqliteFile: file.path }, deps);
  const level = async (...durability: Parameters<typeof db.inTransaction>[1][]): Promise<unknown> =>
    await db.inTransaction(
      (tx) => Promise.resolve(tx.db.values(sql.raw('PRAGMA synchronous'))),
      ...durability,
    );
  const [FULL, NORMAL] = [[[2]], [[1]]];
  expect(await level()).toEqual(FULL);
  expect(await level('soon')).toEqual(NORMAL);
  expect(await level('at_once')).toEqual(FULL);
  expect(await level('soon')).toEqual(NORMAL);
  expect(await level()).toEqual(FULL);
  await db.close();
});

it('waits with its start, too', async () => {
  await (await openDatabase({ sqliteFile: file.path }, deps)).close();
  await heldByAnotherProcess(200);
  const db = await openDatabase({ sqliteFile: file.path }, deps);
  expect(await db.read.select().from(counters)).toEqual([{ name: 'theirs', value: 1 }]);
  await db.close();
});

it('starts while another process closes the file, which has it for itself for that moment', async () => {
  await (await openDatabase({ sqliteFile: file.path }, deps)).close();
  const other = new BetterSqlite3(file.path, { timeout: 0 });
  // Between the connection that migrates and those that stay this process has none: then the other one is the last.
  const close = vi.spyOn(BetterSqlite3.prototype, 'close').mockImplementationOnce(function (
    this: BetterSqlite3.Database,
  ) {
    close.mockRestore();
    this.close();
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN IMMEDIATE; COMMIT');
    setTimeout(() => other.close(), 50);
    return this;
  });
  const db = await openDatabase({ sqliteFile: file.path }, deps);
  expect(other.open).toBe(false);
  expect(await db.read.select().from(counters)).toEqual([]);
  await db.close();
});

it('gives up with `timeout` when the lock never comes free, and can be used afterwards', async () => {
  const db = await openDatabase({ sqliteFile: file.path }, deps);
  await heldByAnotherProcess(60_000);
  const own = new BetterSqlite3(file.path, { timeout: 0 });
  const refused = await untilFree(() => void own.exec('BEGIN IMMEDIATE'), 100).catch(
    (error: unknown) => error,
  );
  expect(LatchboxError.is(refused, 'timeout')).toBe(true);
  own.close();
  for (const child of children) child.kill('SIGKILL');
  await db.inTransaction(
    async (tx) => void (await tx.db.insert(counters).values({ name: 'ours', value: 1 })),
  );
  expect(await db.read.select().from(counters)).toHaveLength(1);
  await db.close();
});

it('lets nobody wait for the lock anew who has waited for those before: all give up together', async () => {
  const db = await openDatabase({ sqliteFile: file.path }, deps);
  await heldByAnotherProcess(60_000);
  const began = performance.now();
  const codes = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      db
        .inTransaction(async (tx) => void (await tx.db.insert(counters).values({ name, value: 1 })))
        .then(
          () => 'stored',
          (error: LatchboxError) => error.code,
        ),
    ),
  );
  expect(codes).toEqual(['timeout', 'timeout', 'timeout']);
  // One after the other it would be three times the limit.
  expect(performance.now() - began).toBeLessThan(2 * BUSY_LIMIT);
  for (const child of children) child.kill('SIGKILL');
  await db.close();
});

it('keeps foreign keys on, and readers from writing', async () => {
  const db = await openDatabase({ sqliteFile: file.path }, deps);
  const stray = db.inTransaction(async (tx) => {
    const { teamMembers } = await import('./schema/sqlite.ts');
    await tx.db.insert(teamMembers).values({ teamId: 'none', agentId: 'none' });
  });
  await expect(stray).rejects.toThrow('FOREIGN KEY');
  await expect((async () => await db.read.delete(agents))()).rejects.toThrow('readonly');
  await expect(db.readTogether(async (read) => await read.delete(agents))).rejects.toThrow('readonly');
  await db.close();
});

it('lets a transaction that stands in the queue finish before it closes, and takes none after', async () => {
  const db = await openDatabase({ sqliteFile: file.path }, deps);
  const order: string[] = [];
  const jobs = ['a', 'b', 'c'].map((name) =>
    db.inTransaction(async (tx) => {
      await tx.db.insert(counters).values({ name, value: 1 });
      order.push(name);
    }),
  );
  const closed = db.close().then(() => order.push('closed'));
  await Promise.all([...jobs, closed]);
  expect(order).toEqual(['a', 'b', 'c', 'closed']);
  await expect(db.inTransaction(() => Promise.resolve())).rejects.toThrow('the database is closed');
});

it('says which Node it needs, where an older one would die without a word', async () => {
  const version = Object.getOwnPropertyDescriptor(process.versions, 'node');
  Object.defineProperty(process.versions, 'node', { ...version, value: '20.19.0' });
  try {
    await expect(openDatabase({ sqliteFile: file.path }, deps)).rejects.toThrow(
      /needs Node 22 or newer; this is Node 20/,
    );
  } finally {
    if (version) Object.defineProperty(process.versions, 'node', version);
  }
});
