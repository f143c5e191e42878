/** What our own people are told: in the page, and by mail. */
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { time } from './columns.ts';
import { agents } from './directory.ts';

/** What an agent was told in the page. */
export const notifications = sqliteTable(
  'notifications',
  {
    id: text().primaryKey(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    /** JSON of `Notification`. */
    data: text().notNull(),
    createdAt: time('created_at').notNull(),
    readAt: time('read_at'),
    /** Which conversation it names; null: none. */
    conversationId: text('conversation_id'),
    /** Of the event in the agent's stream that told it. */
    seq: integer(),
  },
  (t) => [
    index('notifications_conversation').on(t.conversationId).where(sql`conversation_id IS NOT NULL`),
    index('notifications_agent').on(t.agentId, t.createdAt, t.id),
    index('notifications_unread').on(t.agentId).where(sql`read_at IS NULL`),
    index('notifications_age').on(t.createdAt),
  ],
);

/** Of what an agent wants to be told; none: the defaults. */
export const notificationSettings = sqliteTable('notification_settings', {
  agentId: text('agent_id')
    .primaryKey()
    .references(() => agents.id),
  /** JSON of `NotificationSettings`. */
  data: text().notNull(),
  changedAt: time('changed_at').notNull(),
});

/** Mail to our own people about what happened here; it belongs to no conversation. */
export const notices = sqliteTable(
  'notices',
  {
    id: text().primaryKey(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    /** Where it goes instead of the agent's own address: one that is to be verified, say. */
    toAddress: text('to_address'),
    subject: text().notNull(),
    /** Blank once it has left or was given up: there are links in it that let in whoever has them. */
    body: text().notNull(),
    createdAt: time('created_at').notNull(),
    /** When it is due next; null: it has left, or was given up. */
    dueAt: time('due_at'),
    /** Counts up with every claim: whoever finishes under an older number changes nothing. */
    claimNo: integer('claim_no').notNull(),
    attempts: integer().notNull(),
    sentAt: time('sent_at'),
    /** Why the last attempt failed, for whoever looks. */
    problem: text(),
  },
  (t) => [index('notices_due').on(t.dueAt).where(sql`due_at IS NOT NULL`)],
);
