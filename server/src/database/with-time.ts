import type { Clock } from '../lib/clock.ts';
import type { Database, Tx } from './database.ts';

/**
 * The same database, but what is written through this handle is dated by `clock` instead of the database's own time. For
 * histories that are told afterwards (imports, the demo) and for tests; never for two servers that share a database.
 */
export function withTime(db: Database, clock: Pick<Clock, 'now'>): Database {
  return {
    dialect: db.dialect,
    read: db.read,
    now: () => Promise.resolve(clock.now()),
    inTransaction: (work, durability) => db.inTransaction((tx) => work(dated(tx, clock)), durability),
    readTogether: (work) => db.readTogether(work),
    close: () => db.close(),
  };
}

/**
 * Services on a transaction that runs already: what they do joins it, dated by `clock`, and is committed or undone together.
 * For imports, where a commit for every message would be most of the work. Keep it short: other writers wait.
 */
export function insideTransaction(tx: Tx, clock: Pick<Clock, 'now'>): Database {
  return {
    dialect: tx.dialect,
    read: tx.db,
    now: () => Promise.resolve(clock.now()),
    inTransaction: (work) => work(dated(tx, clock)),
    readTogether: (work) => work(tx.db),
    close: () => Promise.resolve(),
  };
}

function dated(tx: Tx, clock: Pick<Clock, 'now'>): Tx {
  return { db: tx.db, dialect: tx.dialect, now: clock.now(), afterCommit: (run) => tx.afterCommit(run) };
}
