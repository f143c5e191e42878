/** How replies leave. */
import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { flag, time } from './columns.ts';
import { conversations } from './conversations.ts';
import { agents, inboxes } from './directory.ts';

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
    state: text({ enum: ['queued', 'sending', 'sent', 'failed', 'held', 'withdrawn'] }).notNull(),
    dueAt: time('due_at').notNull(),
    attempts: integer().notNull(),
    claimNo: integer('claim_no').notNull(),
    claimDeadline: time('claim_deadline'),
    lastError: text('last_error'),
    account: text(),
    waits: text({ enum: ['rate', 'paused'] }),
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
    account: text(),
  },
  (t) => [
    primaryKey({ columns: [t.outboxId, t.claimNo] }),
    index('outbox_attempts_account').on(t.account, t.startedAt).where(sql`account IS NOT NULL`),
  ],
);

export const sendingAccounts = pgTable('sending_accounts', {
  account: text().primaryKey(),
  failures: integer().notNull(),
  pauses: integer().notNull(),
  waitUntil: time('wait_until').notNull(),
  waitReason: text('wait_reason', { enum: ['rate', 'paused', 'probe'] }),
  probe: text(),
  lastError: text('last_error'),
  failingSince: time('failing_since'),
});

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

export const replyRecipients = pgTable(
  'reply_recipients',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    position: bigint({ mode: 'number' }).notNull(),
    address: text().notNull(),
    name: text().notNull(),
    kind: text({ enum: ['to', 'cc', 'bcc'] }).notNull(),
    state: text({ enum: ['queued', 'sent', 'delivered', 'delayed', 'failed'] }).notNull(),
    reason: text(),
    code: text(),
    at: time('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.position, t.address] })],
);

export const scheduledReplies = pgTable(
  'scheduled_replies',
  {
    id: text().primaryKey(),
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    clientId: text('client_id').notNull(),
    requestHash: text('request_hash').notNull(),
    reply: text().notNull(),
    lastSeen: bigint('last_seen', { mode: 'number' }).notNull(),
    sendAt: time('send_at').notNull(),
    dueAt: time('due_at').notNull(),
    state: text({ enum: ['waiting', 'sent', 'stopped', 'canceled'] }).notNull(),
    reason: text(),
    position: bigint({ mode: 'number' }),
    createdAt: time('created_at').notNull(),
    changedAt: time('changed_at').notNull(),
  },
  (t) => [
    uniqueIndex('scheduled_replies_client_id').on(t.agentId, t.clientId),
    index('scheduled_replies_due').on(t.state, t.dueAt),
    index('scheduled_replies_conversation').on(t.conversationId, t.state),
  ],
);

export const dkimKeys = pgTable('dkim_keys', {
  domain: text().primaryKey(),
  selector: text().notNull(),
  sealedKey: text('sealed_key').notNull(),
  publicKey: text('public_key').notNull(),
  active: flag('active').notNull(),
  nextSelector: text('next_selector'),
  nextSealedKey: text('next_sealed_key'),
  nextPublicKey: text('next_public_key'),
  createdAt: time('created_at').notNull(),
});
