import { type Column, type SQL, sql } from 'drizzle-orm';
import { agents, teams } from './schema/sqlite.ts';

/**
 * Name of the agent whose id stands in a column, for queries that show several agents in one row. Instead of joining the table
 * under another name: drizzle's Postgres does not understand an alias of a SQLite table.
 */
export function nameOf(agentId: Column): SQL<string | null> {
  return sql<string | null>`(SELECT who.name FROM ${agents} AS who WHERE who.id = ${agentId})`;
}

/** Name of the team whose id stands in a column. */
export function teamNameOf(teamId: Column): SQL<string | null> {
  return sql<string | null>`(SELECT team.name FROM ${teams} AS team WHERE team.id = ${teamId})`;
}
