import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';

/**
 * The same database, but what is written through this handle is dated by `clock` instead of the database's own time. For
 * histories that are told afterwards (imports, the demo) and for tests; never for two servers that share a database.
 */
export function withTime(db: Database, clock: Pick<Clock, 'now'>): Database {
  return {
    dialect: db.dialect,
    read: db.read,
    now: () => Promise.resolve(clock.now()),
    inTransaction: (work) =>
      db.inTransaction((tx) =>
        work({
          db: tx.db,
          dialect: tx.dialect,
          now: clock.now(),
          afterCommit: (run) => tx.afterCommit(run),
        }),
      ),
    readTogether: (work) => db.readTogether(work),
    close: () => db.close(),
  };
}
