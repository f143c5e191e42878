/** What belongs to the deployment and its processes. */
import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { time } from './columns.ts';

export const meta = pgTable('meta', { key: text().primaryKey(), value: text().notNull() });

export const counters = pgTable('counters', {
  name: text().primaryKey(),
  value: bigint({ mode: 'number' }).notNull(),
});

export const instances = pgTable('instances', {
  id: text().primaryKey(),
  mode: text({ enum: ['alone', 'cluster'] }).notNull(),
  host: text().notNull(),
  pid: integer().notNull(),
  startedAt: time('started_at').notNull(),
  heartbeatAt: time('heartbeat_at').notNull(),
});
