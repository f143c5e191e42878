import type { Handle } from './database.ts';

/** Runs SQL text of one or several statements on one connection and answers the rows of the last. */
export type RunSql = (text: string) => Promise<readonly Record<string, unknown>[]>;

/** One connection to Postgres, which keeps its transactions and its prepared statements to itself. */
export interface PostgresConnection {
  /** A drizzle handle of this connection, cast to the type of SQLite's. */
  readonly db: Handle;
  /** Runs SQL text without parameters; several statements may stand in it. */
  readonly run: RunSql;
}

/** A place for one connection, which is made anew when it broke. */
export interface PostgresSlot {
  take(): Promise<PostgresConnection>;
}

/** How Postgres is reached: through `pg`, or in tests through PGlite. */
export interface PostgresDriver {
  /** For reads outside a transaction, over whichever connection is free. */
  readonly read: Handle;
  readonly writers: readonly PostgresSlot[];
  readonly readers: readonly PostgresSlot[];
  /** Time in epoch ms instead of the database's own; for tests, which decide what time it is. */
  readonly now?: () => number;
  close(): Promise<void>;
}
