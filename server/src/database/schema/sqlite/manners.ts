/** What is known of addresses that are written to, and how fast they and our automations write to each other. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { time } from './columns.ts';
import { inboxes } from './directory.ts';

/** Addresses at which something is wrong, by what servers said of mail of ours. */
export const addressTroubles = sqliteTable('address_troubles', {
  /** Lower case. */
  address: text().primaryKey(),
  /** Since when there is no such address; null: there is one. A mail from it proves that there is. */
  goneAt: time('gone_at'),
  goneReason: text('gone_reason'),
  goneCode: text('gone_code'),
  /** When its owner told their provider that a mail of ours was unwanted. */
  complainedAt: time('complained_at'),
});

/** What an inbox and somebody outside wrote to each other lately, as far as automations have to know it. */
export const correspondences = sqliteTable(
  'correspondences',
  {
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    /** Lower case. */
    address: text().notNull(),
    /** JSON: when the newest messages came in, the oldest first. */
    incoming: text().notNull(),
    /** How often in a row a machine answered an automation of ours. */
    machineTurns: integer('machine_turns').notNull(),
    /** When an automation last wrote; at most once a day. */
    answeredAt: time('answered_at'),
    /** Until when nothing automatic is written; null: it may be. */
    stoppedUntil: time('stopped_until'),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.address] })],
);
