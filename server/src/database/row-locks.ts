import { is, type Table } from 'drizzle-orm';
import { PgDatabase, type PgSelect } from 'drizzle-orm/pg-core';
import type { Handle, Tx } from './database.ts';

type Strength = 'share' | 'no key update' | 'update';

function lockRows<Q extends object>(at: Tx | Handle, query: Q, strength: Strength, of: readonly Table[]): Q {
  const postgres = 'dialect' in at && 'afterCommit' in at ? at.dialect === 'postgres' : is(at, PgDatabase);
  if (!postgres) return query;
  const select = query as unknown as PgSelect;
  return select.for(strength, of.length === 0 ? {} : { of: of as never }) as unknown as Q;
}

/**
 * Keeps the selected rows from being changed until the commit: Postgres `FOR SHARE`; SQLite has one writer anyway. Takes the
 * transaction, or inside `prepared()` the handle. `of` names the tables of a join whose rows are meant (an outer joined one
 * cannot be locked); none: all of them.
 */
export function forShare<Q extends object>(at: Tx | Handle, query: Q, ...of: readonly Table[]): Q {
  return lockRows(at, query, 'share', of);
}

/** As `forShare`, for rows that this transaction is going to change: Postgres `FOR UPDATE`. */
export function forUpdate<Q extends object>(at: Tx | Handle, query: Q, ...of: readonly Table[]): Q {
  return lockRows(at, query, 'update', of);
}

/**
 * As `forShare`, but for one transaction at a time, and without holding up rows that only refer to the selected ones: Postgres
 * `FOR NO KEY UPDATE`.
 */
export function forTurn<Q extends object>(at: Tx | Handle, query: Q, ...of: readonly Table[]): Q {
  return lockRows(at, query, 'no key update', of);
}
