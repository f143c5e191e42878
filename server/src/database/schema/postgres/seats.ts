/** Mailboxes that people have of their own: how many they may, and what they requested. */
import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { time } from './columns.ts';
import { agents, inboxes } from './directory.ts';
import { mailboxes } from './mailboxes.ts';

/** One row a person; whoever counts its mailboxes locks it. */
export const seats = pgTable('seats', {
  agentId: text('agent_id')
    .primaryKey()
    .references(() => agents.id),
  /** Null: as everybody. */
  mailboxLimit: integer('mailbox_limit'),
  /** By which the limit was granted. */
  contract: text().notNull(),
  grantedBy: text('granted_by').references(() => agents.id),
  grantedAt: time('granted_at').notNull(),
});

export const mailboxRequests = pgTable(
  'mailbox_requests',
  {
    id: text().primaryKey(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => agents.id),
    requestedBy: text('requested_by')
      .notNull()
      .references(() => agents.id),
    via: text({ enum: ['page', 'mail'] }).notNull(),
    /** Lower case. */
    address: text().notNull(),
    note: text().notNull(),
    state: text({
      enum: ['requested', 'approved', 'declined', 'withdrawn', 'configured', 'ended'],
    }).notNull(),
    /** By what it was told to be the owner's; null: nothing yet. */
    identifiedBy: text('identified_by', { enum: ['account', 'name', 'alias', 'code', 'admin'] }),
    reason: text(),
    decidedBy: text('decided_by').references(() => agents.id),
    decidedAt: time('decided_at'),
    /** Which version of the terms was confirmed, and by whom. */
    termsVersion: integer('terms_version'),
    termsBy: text('terms_by').references(() => agents.id),
    termsAt: time('terms_at'),
    /** SHA-256 of the code that was sent to the address, until when it counts, and how often a wrong one was given. */
    codeHash: text('code_hash'),
    codeUntil: time('code_until'),
    codeTries: integer('code_tries').notNull(),
    mailboxId: text('mailbox_id').references(() => mailboxes.id),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('mailbox_requests_address')
      .on(t.address)
      .where(sql`state = 'requested' OR state = 'approved'`),
    index('mailbox_requests_owner').on(t.ownerId),
    index('mailbox_requests_state').on(t.state, t.createdAt),
    index('mailbox_requests_mailbox').on(t.mailboxId),
  ],
);

/** Personal inboxes that admins opened to read them. */
export const personalReadings = pgTable(
  'personal_readings',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    reason: text().notNull(),
    createdAt: time('created_at').notNull(),
    /** When it ends by itself. */
    until: time('until').notNull(),
    endedAt: time('ended_at'),
  },
  (t) => [
    index('personal_readings_inbox').on(t.inboxId, t.createdAt),
    uniqueIndex('personal_readings_open').on(t.inboxId, t.agentId).where(sql`ended_at IS NULL`),
    index('personal_readings_due').on(t.until).where(sql`ended_at IS NULL`),
  ],
);
