import { DrizzleQueryError } from 'drizzle-orm';
import { isBusy } from './busy.ts';
import type { Handle } from './database.ts';
import { compileSqlite } from './fast-sqlite.ts';

/** A drizzle builder that can be prepared; its result type is what awaiting it gives. */
export interface Preparable<R> extends PromiseLike<R> {
  prepare(...name: unknown[]): unknown;
}
interface Statement<R> {
  execute(values: Record<string, unknown>): R | Promise<R>;
  /** It surely writes nothing. */
  readonly reads: boolean;
}

const LONGEST_NAME = 60;
const names = new Set<string>();
const statements = new WeakMap<object, Map<string, Statement<unknown>>>();

/** By a connection: another that may be read in its stead right now. */
const nearer = new WeakMap<object, () => Handle | undefined>();

/**
 * Lets prepared reads over `db` run over what `choose` gives at that moment. SQLite forgets the pages that a connection has read
 * as soon as another one commits, and the first read after that costs several times the next; the one that wrote knows them.
 */
export function readNearer(db: Handle, choose: () => Handle | undefined): void {
  nearer.set(db, choose);
}

/**
 * A query that is built once for each connection and then only run: five to six times faster than building it each time.
 * `build` marks its values with `sql.placeholder('name')`; `name` must be unique in the program and short (Postgres finds
 * the statement by it and cuts off what is longer than 63 bytes).
 */
export function prepared<P extends Record<string, unknown>, R>(
  name: string,
  build: (db: Handle) => Preparable<R>,
): (db: Handle, values: P) => Promise<R> {
  if (names.has(name)) throw new Error(`Two prepared queries are called ${name}.`);
  if (name.length > LONGEST_NAME) throw new Error(`The name of the prepared query ${name} is too long.`);
  names.add(name);
  const statementOn = (db: Handle): Statement<R> => {
    let known = statements.get(db);
    if (known === undefined) {
      known = new Map();
      statements.set(db, known);
    }
    let statement = known.get(name) as Statement<R> | undefined;
    if (statement === undefined) {
      const built = build(db).prepare(name) as Pick<Statement<R>, 'execute'>;
      const quick = compileSqlite<R>(built);
      statement = { execute: quick ?? ((values) => built.execute(values)), reads: readsOnly(built) };
      known.set(name, statement);
    }
    return statement;
  };
  return async (db, values) => {
    try {
      const near = nearer.get(db)?.();
      const nearby = near && statementOn(near);
      // A write over a connection for reading is refused by that connection.
      if (nearby?.reads === true) {
        try {
          return await nearby.execute(values);
        } catch (error) {
          if (!isBusy(error)) throw error;
          // Another process is opening or closing the file: the connection for reading waits for that.
        }
      }
      return await statementOn(db).execute(values);
    } catch (error) {
      throw withoutValues(error);
    }
  };
}

/** Whether a statement that drizzle prepared for better-sqlite3 writes nothing. */
function readsOnly(built: unknown): boolean {
  return (built as { readonly stmt?: { readonly readonly?: boolean } }).stmt?.readonly === true;
}

/** The database's own error instead of drizzle's, whose message has the query's values in it: texts of customers, secrets. */
export function withoutValues(error: unknown): unknown {
  return error instanceof DrizzleQueryError && error.cause !== undefined ? error.cause : error;
}
