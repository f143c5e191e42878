import { type Column, type SQL, sql } from 'drizzle-orm';
import { agents } from './schema/sqlite.ts';

/**
 * Name of the agent whose id stands in a column, for queries that show several agents in one row. Instead of joining the table
 * under another name: drizzle's Postgres does not understand an alias of a SQLite table.
 */
export function nameOf(agentId: Column): SQL<string | null> {
  return sql<string | null>`(SELECT who.name FROM ${agents} AS who WHERE who.id = ${agentId})`;
}
