import type BetterSqlite3 from 'better-sqlite3';
import type { Database, Durability, Handle } from './database.ts';
import type { DatabaseDeps } from './deps.ts';
import { untilFree } from './busy.ts';
import { createLanes } from './lanes.ts';
import { migrateSqlite } from './migrate.ts';
import { createNestingGuard } from './nesting.ts';
import { readNearer } from './prepared.ts';
import { createSqliteWriting, type Writer } from './sqlite-writing.ts';

const READERS = 2;
/** Readers meet a lock only while another process opens or closes the file; waiting inside SQLite (ms) is shorter than a retry. */
const READER_TIMEOUT = 200;
const OLDEST_NODE = 22;

type Connection = Writer;
type Connect = (role: 'writer' | 'reader') => Promise<Connection>;

/** Opens a SQLite file: one writer, readers apart, both in write-ahead-log mode. */
export async function openSqlite(file: string, { clock, log }: DatabaseDeps): Promise<Database> {
  const { connect, openRaw } = await loadDriver(file);
  // Foreign keys are off while tables are rebuilt, so the migrations have a connection of their own.
  const migrating = openRaw(0);
  try {
    await untilFree(() => void migrating.pragma('journal_mode = WAL'));
    await migrateSqlite(migrating, log, clock.now());
  } finally {
    migrating.close();
  }

  const writer = await connect('writer');
  const single = await connect('reader');
  const readers = await Promise.all(Array.from({ length: READERS }, () => connect('reader')));
  const writing = createSqliteWriting(writer, createDurability(writer), { clock, log });
  const reading = createLanes(readers);
  const reads = createNestingGuard();

  // What is read one by one is mostly what was just written. Inside a transaction the writer sees what is not committed yet.
  readNearer(single.db, () => (writer.raw.inTransaction ? undefined : writer.db));

  return {
    dialect: 'sqlite',
    read: single.db,
    now: () => Promise.resolve(clock.now()),
    inTransaction: (work, durability = 'at_once') => writing.run(work, durability),
    async readTogether(work) {
      reads.check();
      return await reading.run((reader) => inReadTransaction(reader, (db) => reads.run(() => work(db))));
    },
    async close() {
      await Promise.all([writing.close(), reading.close()]);
      for (const connection of [single, ...readers, writer]) connection.raw.close();
    },
  };
}

async function inReadTransaction<T>(reader: Connection, work: (db: Handle) => Promise<T>): Promise<T> {
  reader.begin.run();
  try {
    return await work(reader.db);
  } finally {
    reader.rollback.run();
  }
}

/**
 * Sets how the next commit is written. In write-ahead-log mode NORMAL only leaves out the wait for the disk: the next FULL commit
 * waits for everything that stands in the log before it. The level is set between transactions and applies to the next.
 */
function createDurability({ raw }: Connection): (durability: Durability) => void {
  let current: Durability = 'at_once';
  return (durability) => {
    if (durability === current) return;
    setPragma(raw, 'synchronous', LEVELS[durability]);
    current = durability;
  };
}
const LEVELS: Readonly<Record<Durability, Setting>> = { at_once: ['FULL', 2], soon: ['NORMAL', 1] };

/** Loads better-sqlite3 late: on an older Node its binary ends the process without a word. */
async function loadDriver(
  file: string,
): Promise<{ connect: Connect; openRaw: (timeout: number) => BetterSqlite3.Database }> {
  const node = process.versions.node;
  if (Number.parseInt(node, 10) < OLDEST_NODE) {
    throw new Error(
      `Latchbox's database needs Node ${OLDEST_NODE} or newer; this is Node ${node}. Start it with "npm start".`,
    );
  }
  const { default: Sqlite } = await import('better-sqlite3');
  const { drizzle } = await import('drizzle-orm/better-sqlite3');
  const openRaw = (timeout: number): BetterSqlite3.Database => new Sqlite(file, { timeout });
  const connect: Connect = async (role) => {
    const raw = openRaw(role === 'writer' ? 0 : READER_TIMEOUT);
    // Whoever closes the file as its last one has it for itself for a moment: another process that starts, too.
    await untilFree(() => prepare(raw, role));
    return {
      raw,
      db: drizzle({ client: raw }),
      begin: raw.prepare(role === 'writer' ? 'BEGIN IMMEDIATE' : 'BEGIN'),
      commit: raw.prepare('COMMIT'),
      rollback: raw.prepare('ROLLBACK'),
    };
  };
  return { connect, openRaw };
}

/** Sets what must hold on every connection, and looks that it does: a pragma that is not understood says nothing. */
function prepare(raw: BetterSqlite3.Database, role: 'writer' | 'reader'): void {
  const wanted: Record<string, Setting> = {
    journal_mode: ['WAL', 'wal'],
    synchronous: LEVELS.at_once,
    foreign_keys: ['ON', 1],
    query_only: role === 'reader' ? ['ON', 1] : ['OFF', 0],
  };
  for (const [name, setting] of Object.entries(wanted)) setPragma(raw, name, setting);
}

/** What a pragma is set to, and what it says then. */
type Setting = readonly [set: string, is: string | number];

function setPragma(raw: BetterSqlite3.Database, name: string, [value, expected]: Setting): void {
  raw.pragma(`${name} = ${value}`);
  const actual = raw.pragma(name, { simple: true });
  if (actual !== expected) throw new Error(`SQLite did not take ${name} = ${value}: it is ${String(actual)}`);
}
