import type { Handle } from './database.ts';

/** A drizzle builder that can be prepared; its result type is what awaiting it gives. */
export interface Preparable<R> extends PromiseLike<R> {
  prepare(...name: unknown[]): unknown;
}
interface Statement<R> {
  execute(values: Record<string, unknown>): R | Promise<R>;
}

const statements = new WeakMap<object, Map<string, Statement<unknown>>>();

/**
 * A query that is built once for each connection and then only run: five to six times faster than building it each time.
 * `build` marks its values with `sql.placeholder('name')`; `name` must be unique in the program (Postgres needs it).
 */
export function prepared<P extends Record<string, unknown>, R>(
  name: string,
  build: (db: Handle) => Preparable<R>,
): (db: Handle, values: P) => Promise<R> {
  return async (db, values) => {
    let known = statements.get(db);
    if (known === undefined) {
      known = new Map();
      statements.set(db, known);
    }
    let statement = known.get(name) as Statement<R> | undefined;
    if (statement === undefined) {
      statement = build(db).prepare(name) as Statement<R>;
      known.set(name, statement);
    }
    return await statement.execute(values);
  };
}
