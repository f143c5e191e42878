/** What happened, for clients and for auditors. */
import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { time } from './columns.ts';

export const streams = pgTable('streams', {
  id: text().primaryKey(),
  lastSeq: bigint('last_seq', { mode: 'number' }).notNull(),
});

export const events = pgTable(
  'events',
  {
    stream: text()
      .notNull()
      .references(() => streams.id),
    seq: bigint({ mode: 'number' }).notNull(),
    at: time('at').notNull(),
    data: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.stream, t.seq] })],
);

export const audit = pgTable(
  'audit',
  {
    id: text().primaryKey(),
    at: time('at').notNull(),
    actorId: text('actor_id'),
    action: text().notNull(),
    objectType: text('object_type').notNull(),
    objectId: text('object_id').notNull(),
    details: text().notNull(),
  },
  (t) => [index('audit_at').on(t.at)],
);
