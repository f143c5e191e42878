/** Inboxes that are being set up. */
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { time } from './columns.ts';
import { agents } from './directory.ts';

/** What was filled in of an inbox that is not there yet, and how far its creation is. */
export const inboxDrafts = sqliteTable(
  'inbox_drafts',
  {
    id: text().primaryKey(),
    startedBy: text('started_by')
      .notNull()
      .references(() => agents.id),
    state: text({ enum: ['open', 'confirming', 'releasing', 'done'] }).notNull(),
    /** Raised with every change of what was filled in. */
    revision: integer().notNull(),
    /** Empty: not chosen yet. */
    name: text().notNull(),
    /** Null: made from the name. */
    apiCode: text('api_code'),
    teamId: text('team_id'),
    colour: text().notNull(),
    /** E.164. */
    number: text(),
    voiceForward: text('voice_forward'),
    /** JSON. */
    members: text().notNull(),
    confirmedBy: text('confirmed_by'),
    /** Of a number that is to be given back. */
    numberSid: text('number_sid'),
    inboxId: text('inbox_id'),
    /** Why it could not be created. */
    problem: text(),
    /** When somebody else goes on with it; null: there is nothing to go on with. */
    dueAt: time('due_at'),
    /** Counts up with every claim: whoever finishes under an older number changes nothing. */
    claimNo: integer('claim_no').notNull(),
    attempts: integer().notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    // Two drafts never buy the same number at once: what somebody is at is due.
    uniqueIndex('inbox_drafts_number').on(t.number).where(sql`due_at IS NOT NULL`),
    index('inbox_drafts_due').on(t.dueAt).where(sql`due_at IS NOT NULL`),
  ],
);
