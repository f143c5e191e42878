import type { Database } from './database.ts';
import type { DatabaseDeps } from './deps.ts';
import { openPostgres } from './postgres.ts';
import type { PostgresDriver } from './postgres-connection.ts';
import { nodePostgres } from './postgres-driver.ts';
import { openSqlite } from './sqlite.ts';

export type DatabaseOptions =
  /** Path of the file; it is made when it is not there. */
  | { readonly sqliteFile: string }
  /** As in `postgres://user:password@host:5432/name`. */
  | { readonly postgresUrl: string }
  /** A Postgres that was made elsewhere, as the tests do with PGlite. */
  | { readonly postgres: PostgresDriver };

/**
 * Opens the database and brings it to this server's schema. Throws a plain `Error` whose sentence is for the operator: the
 * database is newer than this server, cannot be reached, or stays locked by another process.
 */
export async function openDatabase(options: DatabaseOptions, deps: DatabaseDeps): Promise<Database> {
  if ('sqliteFile' in options) return await openSqlite(options.sqliteFile, deps);
  if ('postgres' in options) return await openPostgres(options.postgres, deps);
  const driver = await nodePostgres(options.postgresUrl, deps.log);
  try {
    return await openPostgres(driver, deps);
  } catch (error) {
    await driver.close();
    throw error;
  }
}
