/** How replies leave. */
import { bigint, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { time } from './columns.ts';
import { conversations } from './conversations.ts';
import { inboxes } from './directory.ts';

export const outbox = pgTable(
  'outbox',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    position: bigint({ mode: 'number' }).notNull(),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    messageKey: text('message_key').notNull(),
    state: text({ enum: ['queued', 'sending', 'sent', 'failed', 'held'] }).notNull(),
    dueAt: time('due_at').notNull(),
    attempts: integer().notNull(),
    claimNo: integer('claim_no').notNull(),
    claimDeadline: time('claim_deadline'),
    lastError: text('last_error'),
  },
  (t) => [
    uniqueIndex('outbox_message_key').on(t.messageKey),
    uniqueIndex('outbox_entry').on(t.conversationId, t.position),
    index('outbox_due').on(t.state, t.dueAt),
  ],
);

export const outboxAttempts = pgTable(
  'outbox_attempts',
  {
    outboxId: text('outbox_id')
      .notNull()
      .references(() => outbox.id),
    claimNo: integer('claim_no').notNull(),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    outcome: text({ enum: ['accepted', 'refused', 'unreachable'] }),
    error: text(),
  },
  (t) => [primaryKey({ columns: [t.outboxId, t.claimNo] })],
);

export const simulatorDeliveries = pgTable(
  'simulator_deliveries',
  {
    messageKey: text('message_key').primaryKey(),
    inboxId: text('inbox_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    address: text().notNull(),
    author: text().notNull(),
    body: text().notNull(),
    at: time('at').notNull(),
  },
  (t) => [index('simulator_deliveries_address').on(t.inboxId, t.address, t.at)],
);
