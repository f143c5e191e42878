/** What belongs to the deployment and its processes. */
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { time } from './columns.ts';

/** Single values: `deployment_id`, `log_epoch`, `token_secret`, `organisation`, `demo`. */
export const meta = sqliteTable('meta', { key: text().primaryKey(), value: text().notNull() });

/** Counters that only grow, outside the streams: `conversation_number`, `starts` of servers. */
export const counters = sqliteTable('counters', { name: text().primaryKey(), value: integer().notNull() });

/** Running server processes; in default mode a live row of another process refuses the start. */
export const instances = sqliteTable('instances', {
  id: text().primaryKey(),
  mode: text({ enum: ['alone', 'cluster'] }).notNull(),
  host: text().notNull(),
  pid: integer().notNull(),
  startedAt: time('started_at').notNull(),
  heartbeatAt: time('heartbeat_at').notNull(),
});
