/** How replies leave. */
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { flag, time } from './columns.ts';
import { conversations } from './conversations.ts';
import { agents, inboxes } from './directory.ts';

export const outbox = sqliteTable(
  'outbox',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    position: integer().notNull(),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    /** Under which the provider knows this message, the same at every attempt. */
    messageKey: text('message_key').notNull(),
    state: text({ enum: ['queued', 'sending', 'sent', 'failed', 'held', 'withdrawn'] }).notNull(),
    dueAt: time('due_at').notNull(),
    attempts: integer().notNull(),
    claimNo: integer('claim_no').notNull(),
    claimDeadline: time('claim_deadline'),
    lastError: text('last_error'),
    /** What it leaves by, where that is counted: a mailbox, or `relay`. */
    account: text(),
    /** Why it waits although it is due, as its reply was told. */
    waits: text({ enum: ['rate', 'paused'] }),
  },
  (t) => [
    uniqueIndex('outbox_message_key').on(t.messageKey),
    uniqueIndex('outbox_entry').on(t.conversationId, t.position),
    index('outbox_due').on(t.state, t.dueAt),
  ],
);

/** Written before the first byte goes out; an attempt without an outcome is an ambiguous one. */
export const outboxAttempts = sqliteTable(
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

/** Accounts whose mail waits: for its turn in the minute, or because the account cannot be reached. No row: nothing keeps it. */
export const sendingAccounts = sqliteTable('sending_accounts', {
  account: text().primaryKey(),
  /** Attempts in a row that did not get as far as a mail: no connection, no TLS, no sign-in. */
  failures: integer().notNull(),
  /** Pauses in a row; 0: there is none. */
  pauses: integer().notNull(),
  /** Nothing of it is claimed before. */
  waitUntil: time('wait_until').notNull(),
  /** `probe`: one message is tried after a pause. */
  waitReason: text('wait_reason', { enum: ['rate', 'paused', 'probe'] }),
  /** Which message that is: its id and claim. */
  probe: text(),
  lastError: text('last_error'),
  failingSince: time('failing_since'),
});

/** What the simulator's customers received: the provider side of the embedded channel. */
export const simulatorDeliveries = sqliteTable(
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

/** Each recipient of a reply, and how far the message got to it (I17). Replies on the simulator have none: they have one customer. */
export const replyRecipients = sqliteTable(
  'reply_recipients',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    position: integer().notNull(),
    /** Lower case. */
    address: text().notNull(),
    name: text().notNull(),
    kind: text({ enum: ['to', 'cc', 'bcc'] }).notNull(),
    state: text({ enum: ['queued', 'sent', 'delivered', 'delayed', 'failed'] }).notNull(),
    reason: text(),
    /** The provider's code, as `5.1.1` or `30034`. */
    code: text(),
    /** When it got to this state. */
    at: time('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.position, t.address] })],
);

/** Replies that are to be sent at a time (T6). A due one goes through the send door under its own id. */
export const scheduledReplies = sqliteTable(
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
    /** JSON of what the door is to be given. */
    reply: text().notNull(),
    /** What of the thread its author had seen. */
    lastSeen: integer('last_seen').notNull(),
    sendAt: time('send_at').notNull(),
    /** When it is looked at next: `sendAt`, or later while somebody else holds the conversation. */
    dueAt: time('due_at').notNull(),
    state: text({ enum: ['waiting', 'sent', 'stopped', 'canceled'] }).notNull(),
    /** Why it waits longer, or was stopped: a code of the error table. */
    reason: text(),
    /** Of the reply that it became. */
    position: integer(),
    createdAt: time('created_at').notNull(),
    changedAt: time('changed_at').notNull(),
  },
  (t) => [
    uniqueIndex('scheduled_replies_client_id').on(t.agentId, t.clientId),
    index('scheduled_replies_due').on(t.state, t.dueAt),
    index('scheduled_replies_conversation').on(t.conversationId, t.state),
  ],
);

/** Keys by which our mail is signed, one a domain of the sender. */
export const dkimKeys = sqliteTable('dkim_keys', {
  /** Lower case, in ASCII. */
  domain: text().primaryKey(),
  selector: text().notNull(),
  /** PKCS 8 as PEM, sealed. */
  sealedKey: text('sealed_key').notNull(),
  /** What is published: Base64 of the public key. */
  publicKey: text('public_key').notNull(),
  /** Not before somebody says that the record is published. */
  active: flag('active').notNull(),
  /** A key that is to take its place once it is published. */
  nextSelector: text('next_selector'),
  nextSealedKey: text('next_sealed_key'),
  nextPublicKey: text('next_public_key'),
  createdAt: time('created_at').notNull(),
});
