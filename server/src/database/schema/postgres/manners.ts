/** What is known of addresses that are written to, and how fast they and our automations write to each other. */
import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { time } from './columns.ts';
import { inboxes } from './directory.ts';

/** Addresses at which something is wrong, by what servers said of mail of ours. */
export const addressTroubles = pgTable('address_troubles', {
  address: text().primaryKey(),
  goneAt: time('gone_at'),
  goneReason: text('gone_reason'),
  goneCode: text('gone_code'),
  complainedAt: time('complained_at'),
});

/** What an inbox and somebody outside wrote to each other lately, as far as automations have to know it. */
export const correspondences = pgTable(
  'correspondences',
  {
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    address: text().notNull(),
    incoming: text().notNull(),
    machineTurns: integer('machine_turns').notNull(),
    answeredAt: time('answered_at'),
    stoppedUntil: time('stopped_until'),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.address] })],
);
