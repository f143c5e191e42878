import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import type { Database, Durability, Tx } from './database.ts';
import { openDatabase } from './open.ts';
import { counters } from './schema/sqlite.ts';
import { newSqliteFile } from './testing/open.ts';

const clock = new ManualClock();
let file: Awaited<ReturnType<typeof newSqliteFile>>;
let db: Database;
let told: string[];
beforeEach(async () => {
  file = await newSqliteFile();
  db = await openDatabase({ sqliteFile: file.path }, { clock, log: silentLog });
  told = [];
});
afterEach(async () => {
  await db.close();
  await file.remove();
});

const put = async (tx: Tx, name: string): Promise<void> =>
  void (await tx.db.insert(counters).values({ name, value: 1 }));

const stored = async (): Promise<string[]> =>
  (await db.read.select({ name: counters.name }).from(counters).orderBy(counters.name)).map(
    ({ name }) => name,
  );

/** A job that says when it works, when it is committed and when it is over. */
async function job(name: string, durability?: Durability, work = put): Promise<void> {
  const running = db.inTransaction(async (tx) => {
    tx.afterCommit(() => told.push(`${name} committed`));
    await work(tx, name);
    told.push(`${name} worked`);
  }, durability);
  await running.then(
    () => told.push(`${name} done`),
    (error: unknown) => told.push(`${name} failed: ${(error as Error).message}`),
  );
}

const failing = async (tx: Tx, name: string): Promise<void> => {
  await put(tx, name);
  throw new Error('no');
};

it('gives jobs that waited one commit, and tells each how it went only after it', async () => {
  await Promise.all([job('a'), job('b'), job('c')]);
  expect(told).toEqual([
    'a worked',
    'b worked',
    'c worked',
    'a committed',
    'b committed',
    'c committed',
    'a done',
    'b done',
    'c done',
  ]);
});

it('takes back what one of them did that fails, and nothing of the others', async () => {
  const twice = async (tx: Tx): Promise<void> => {
    await put(tx, 'twice');
    await put(tx, 'twice');
  };
  await Promise.all([job('a'), job('b'), job('c', 'at_once', failing), job('d', 'at_once', twice), job('e')]);
  expect(await stored()).toEqual(['a', 'b', 'e']);
  expect(told.filter((line) => line.endsWith('committed'))).toEqual([
    'a committed',
    'b committed',
    'e committed',
  ]);
  expect(told.slice(-4)).toEqual([
    'b done',
    'c failed: no',
    expect.stringContaining('d failed: UNIQUE'),
    'e done',
  ]);
});

it('fails them all, and stores nothing of any, when the transaction they share is lost', async () => {
  const lost = async (tx: Tx, name: string): Promise<void> => {
    await put(tx, name);
    // As SQLite does it by itself when the disk is full.
    tx.db.run(sql`ROLLBACK`);
    throw new Error('the disk is full');
  };
  await Promise.all([job('a'), job('b'), job('c', 'at_once', lost), job('d')]);
  expect(await stored()).toEqual(['d']);
  expect(told).toEqual([
    'a worked',
    'b worked',
    'a failed: the disk is full',
    'b failed: the disk is full',
    'c failed: the disk is full',
    'd worked',
    'd committed',
    'd done',
  ]);
});

it('lets no job that waits for the disk share the commit of one that does not', async () => {
  const levels: string[] = [];
  const level = async (tx: Tx, name: string): Promise<void> => {
    levels.push(`${name} ${JSON.stringify(tx.db.values(sql`PRAGMA synchronous`))}`);
    await Promise.resolve();
  };
  await Promise.all([
    job('a', 'soon', level),
    job('b', 'soon', level),
    job('c', 'soon', level),
    job('d', 'at_once', level),
    job('e', 'soon', level),
  ]);
  const [FULL, NORMAL] = ['[[2]]', '[[1]]'];
  expect(levels).toEqual([`a ${NORMAL}`, `b ${NORMAL}`, `c ${NORMAL}`, `d ${FULL}`, `e ${FULL}`]);
  expect(told.indexOf('c committed')).toBeLessThan(told.indexOf('d worked'));
});

it('takes a job that does not wait for the disk along with those that do, in one commit', async () => {
  const levels: string[] = [];
  const level = async (tx: Tx, name: string): Promise<void> => {
    await put(tx, name);
    levels.push(`${name} ${JSON.stringify(tx.db.values(sql`PRAGMA synchronous`))}`);
  };
  const { promise: othersWait, resolve: goOn } = Promise.withResolvers<void>();
  const first = job('first', 'soon', () => othersWait);
  // It has begun, and its commit is settled.
  await Promise.resolve();
  const others = [job('soon', 'soon', level), job('at once', 'at_once', level)];
  goOn();
  await Promise.all([first, ...others]);
  expect(levels).toEqual(['soon [[2]]', 'at once [[2]]']);
  expect(told.indexOf('at once worked')).toBeLessThan(told.indexOf('soon committed'));
});

it('holds the lock for so many jobs and for so long, and then lets others write', async () => {
  const slowly = async (tx: Tx, name: string): Promise<void> => {
    await put(tx, name);
    await clock.advance(6);
  };
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => job(name, 'at_once', slowly)));
  expect(told.indexOf('b worked')).toBeLessThan(told.indexOf('a committed'));
  expect(told.indexOf('b committed')).toBeLessThan(told.indexOf('c worked'));
  told = [];
  await Promise.all(Array.from({ length: 33 }, (_, at) => job(`many ${at}`)));
  expect(told.indexOf('many 31 worked')).toBeLessThan(told.indexOf('many 0 committed'));
  expect(told.indexOf('many 31 committed')).toBeLessThan(told.indexOf('many 32 worked'));
});

it('runs each job and its hooks in what belongs to whoever asked for it', async () => {
  const whose = new AsyncLocalStorage<string>();
  const seen = await Promise.all(
    ['ann', 'ben', 'eve'].map((name) =>
      whose.run(name, async () => {
        const found = [name];
        await db.inTransaction(async (tx) => {
          tx.afterCommit(() => found.push(`hook of ${whose.getStore()}`));
          await put(tx, name);
          found.push(`work of ${whose.getStore()}`);
        });
        return [...found, `after it ${whose.getStore()}`];
      }),
    ),
  );
  expect(seen).toEqual(
    ['ann', 'ben', 'eve'].map((name) => [name, `work of ${name}`, `hook of ${name}`, `after it ${name}`]),
  );
});
