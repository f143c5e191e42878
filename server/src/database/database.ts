import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';

/**
 * A drizzle handle. Typed as SQLite's on both databases: `open.ts` is the one place that casts the Postgres handle. Allowed:
 * awaited builders, `returning`, `onConflict…` and `prepared` of `prepared.ts`; not `.get()`, `.all()`, `.run()`, and not
 * drizzle's own `transaction()`, which is synchronous on better-sqlite3.
 */
export type Handle = BetterSQLite3Database<Record<string, never>>;

/** A transaction under way. Inside one, only database calls are awaited: anything else would hold up all other writers. */
export interface Tx {
  readonly db: Handle;
  /** The database's time when the transaction began, in epoch ms. */
  readonly now: number;
  /** Runs after the commit, in the order of registration, never after a rollback. Must not throw. */
  afterCommit(run: () => void): void;
  /** Which database it is; rows are locked by `forShare` and `forUpdate` of `row-locks.ts`, which look at it. */
  readonly dialect: 'sqlite' | 'postgres';
}

/**
 * `at_once`: what is committed is on the disk. `soon`: it outlives the end of every process, but may be missing after a power cut,
 * unless an `at_once` was committed after it; never in part. For what costs nothing when it is lost.
 */
export type Durability = 'at_once' | 'soon';

export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** For single reads outside a transaction; never sees what is not committed. */
  readonly read: Handle;
  /** The database's own time in epoch ms: what deadlines are compared with. */
  now(): Promise<number>;
  /**
   * Runs `work` alone on a writer connection between `BEGIN IMMEDIATE` (Postgres: `BEGIN`) and `COMMIT`; a throw rolls back
   * and is passed on. SQLite has one writer: jobs run one after the other, in the order they came; those that waited share a
   * commit, of which they notice nothing. Postgres has several, and runs a job again that it ended because of a deadlock: `work`
   * changes nothing outside its transaction but through `afterCommit`.
   * Throws `timeout` when the database stays locked by another process for 5 s, and an `Error` inside another transaction.
   */
  inTransaction<T>(work: (tx: Tx) => Promise<T>, durability?: Durability): Promise<T>;
  /** Runs `work` in one read transaction, so that all its reads see the same state. */
  readTogether<T>(work: (db: Handle) => Promise<T>): Promise<T>;
  /** Waits for running work, then closes. */
  close(): Promise<void>;
}
