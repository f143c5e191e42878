/** The database that all simulated servers share: a real SQLite file in memory, which every run finds as the first one did. */
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Tx } from '@latchbox/server/src/database/database.ts';
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import type { Clock } from '@latchbox/server/src/lib/clock.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import Sqlite from 'better-sqlite3';
import type { Node } from './time.ts';

/** A folder that no disk slows down, where there is one. */
function quickFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

interface Reading {
  now: () => number;
  monotonic: () => number;
}

export class Store {
  readonly #folder: string;
  /** Beside the servers' connections: for what must hold in the end. */
  readonly raw: Sqlite.Database;
  /** Without a network in between: to furnish it, and to look at it in the end. */
  readonly db: Database;
  readonly #clock: Reading;
  readonly #statements = new Map<string, Sqlite.Statement>();
  #tables: readonly string[] = [];

  private constructor(folder: string, db: Database, raw: Sqlite.Database, clock: Reading) {
    this.#folder = folder;
    this.db = db;
    this.raw = raw;
    this.#clock = clock;
  }

  static async open(): Promise<Store> {
    const folder = await mkdtemp(join(quickFolder(), 'latchbox-simulation-'));
    const file = join(folder, 'latchbox.sqlite');
    const clock = { now: () => 0, monotonic: () => 0 };
    const turning: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimer: () => () => undefined,
    };
    const db = await openDatabase({ sqliteFile: file }, { clock: turning, log: silentLog });
    return new Store(folder, db, new Sqlite(file), clock);
  }

  /** From now on the database's own time is that of this machine. */
  setTime(node: Node): void {
    this.#clock.now = () => node.now();
    this.#clock.monotonic = () => node.monotonic();
  }

  /** What is in the database now is what every `reset` brings back. */
  keep(): void {
    const { raw } = this;
    raw.pragma('foreign_keys = OFF');
    raw.exec("ATTACH ':memory:' AS kept");
    this.#tables = raw
      .prepare<[], { name: string }>("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => name);
    for (const name of this.#tables) raw.exec(`CREATE TABLE kept."${name}" AS SELECT * FROM main."${name}"`);
  }

  /** Asks the database beside the servers. */
  all<R>(sql: string, ...values: readonly (string | number)[]): R[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.raw.prepare(sql)));
    return statement.all(...values) as R[];
  }

  reset(): void {
    const { raw } = this;
    const statements = this.#tables.map(
      (name) => `DELETE FROM main."${name}"; INSERT INTO main."${name}" SELECT * FROM kept."${name}";`,
    );
    raw.exec(`BEGIN IMMEDIATE; ${statements.join(' ')} COMMIT;`);
  }

  /** The database as one of the servers sees it: `pause` is the way of a transaction there, and of its answer back. */
  view(pause: () => Promise<void>): Database {
    const { db } = this;
    return {
      ...db,
      async inTransaction(work, durability) {
        await pause();
        const hooks: (() => void)[] = [];
        // From here to the commit no other machine can do anything, as with every database that keeps its word.
        const result = await db.inTransaction((tx) => work(noting(tx, hooks)), durability);
        await pause();
        for (const hook of hooks) hook();
        return result;
      },
      close: () => Promise.resolve(),
    };
  }

  async close(): Promise<void> {
    this.raw.close();
    await this.db.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The same transaction; what it wants done after the commit waits until its server has heard of that. */
function noting(tx: Tx, hooks: (() => void)[]): Tx {
  return { db: tx.db, now: tx.now, dialect: tx.dialect, afterCommit: (run) => void hooks.push(run) };
}
