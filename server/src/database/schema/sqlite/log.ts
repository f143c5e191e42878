/** What happened, for clients and for auditors. */
import { index, integer, sqliteTable, primaryKey, text } from 'drizzle-orm/sqlite-core';
import { time } from './columns.ts';

/** Heads of the streams `inbox:<id>` and `agent:<id>`: `UPDATE … SET last_seq = last_seq + 1 RETURNING`. */
export const streams = sqliteTable('streams', {
  id: text().primaryKey(),
  lastSeq: integer('last_seq').notNull(),
});

export const events = sqliteTable(
  'events',
  {
    stream: text()
      .notNull()
      .references(() => streams.id),
    seq: integer().notNull(),
    at: time('at').notNull(),
    /** JSON of `EventData`, never changed once written. */
    data: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.stream, t.seq] })],
);

/** What administrators did and what was refused; written, never changed. */
export const audit = sqliteTable(
  'audit',
  {
    id: text().primaryKey(),
    at: time('at').notNull(),
    actorId: text('actor_id'),
    action: text().notNull(),
    objectType: text('object_type').notNull(),
    objectId: text('object_id').notNull(),
    /** JSON, without secrets. */
    details: text().notNull(),
  },
  (t) => [index('audit_at').on(t.at)],
);
