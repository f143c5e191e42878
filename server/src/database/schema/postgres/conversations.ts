/** Conversations with their threads, locks, drafts and read marks. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { flag, time } from './columns.ts';
import { contactAddresses, contacts } from './contacts.ts';
import { agents, inboxes, teams } from './directory.ts';

export const conversations = pgTable(
  'conversations',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    number: bigint({ mode: 'number' }).notNull(),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    contactId: text('contact_id')
      .notNull()
      .references(() => contacts.id),
    addressId: text('address_id')
      .notNull()
      .references(() => contactAddresses.id),
    subject: text().notNull(),
    status: text({ enum: ['open', 'snoozed', 'archived'] }).notNull(),
    /** When a snoozed conversation comes back by itself; null for every other. */
    snoozedUntil: time('snoozed_until'),
    assigneeId: text('assignee_id').references(() => agents.id),
    responsibleId: text('responsible_id').references(() => agents.id),
    teamId: text('team_id').references(() => teams.id),
    previewKind: text('preview_kind', { enum: ['message', 'reply', 'note'] }).notNull(),
    previewAuthor: text('preview_author').notNull(),
    previewText: text('preview_text').notNull(),
    createdAt: time('created_at').notNull(),
    lastAt: time('last_at').notNull(),
    newestPosition: bigint('newest_position', { mode: 'number' }).notNull(),
    newestIncoming: bigint('newest_incoming', { mode: 'number' }).notNull(),
    lockEpoch: bigint('lock_epoch', { mode: 'number' }).notNull(),
    wipedAt: time('wiped_at'),
  },
  (t) => [
    uniqueIndex('conversations_number').on(t.number),
    index('conversations_list').on(t.inboxId, t.status, t.lastAt, t.id),
    index('conversations_responsible').on(t.responsibleId, t.inboxId, t.status, t.lastAt, t.id),
    index('conversations_team')
      .on(t.teamId, t.inboxId, t.status, t.lastAt, t.id)
      .where(sql`team_id IS NOT NULL`),
    index('conversations_contact').on(t.contactId),
    index('conversations_address').on(t.addressId),
    index('conversations_snoozed').on(t.snoozedUntil).where(sql`snoozed_until IS NOT NULL`),
  ],
);

export const lockEpochs = pgTable(
  'lock_epochs',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    epoch: bigint({ mode: 'number' }).notNull(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    sessionId: text('session_id'),
    connectionNo: integer('connection_no').notNull(),
    leaseToken: text('lease_token').notNull(),
    requestId: text('request_id').notNull(),
    lockOn: text('lock_on', { enum: ['open', 'compose'] }).notNull(),
    grantedAt: time('granted_at').notNull(),
    activeAt: time('active_at').notNull(),
    idleAskedAt: time('idle_asked_at'),
    idleDeadline: time('idle_deadline'),
    lastAskedAt: time('last_asked_at'),
    goneDeadline: time('gone_deadline'),
    endedAt: time('ended_at'),
    endReason: text('end_reason'),
    endedBy: text('ended_by').references(() => agents.id),
  },
  (t) => [
    primaryKey({ columns: [t.conversationId, t.epoch] }),
    uniqueIndex('lock_epochs_agent').on(t.conversationId, t.epoch, t.agentId),
    uniqueIndex('lock_epochs_request').on(t.conversationId, t.requestId),
    uniqueIndex('lock_epochs_open').on(t.conversationId).where(sql`ended_at IS NULL`),
    uniqueIndex('lock_epochs_open_agent').on(t.agentId).where(sql`ended_at IS NULL AND lock_on = 'open'`),
    index('lock_epochs_session').on(t.sessionId).where(sql`ended_at IS NULL`),
    index('lock_epochs_held').on(t.agentId).where(sql`ended_at IS NULL`),
  ],
);

export const entries = pgTable(
  'entries',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    position: bigint({ mode: 'number' }).notNull(),
    id: text().notNull(),
    at: time('at').notNull(),
    kind: text({ enum: ['message', 'reply', 'note', 'call', 'activity'] }).notNull(),
    agentId: text('agent_id').references(() => agents.id),
    addressId: text('address_id'),
    body: text().notNull(),
    activity: text(),
    /** JSON of what only some entries have: attachments, folds, mail. Null for none of it. */
    extra: text(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.position] }), uniqueIndex('entries_id').on(t.id)],
);

export const replies = pgTable(
  'replies',
  {
    conversationId: text('conversation_id').notNull(),
    position: bigint({ mode: 'number' }).notNull(),
    agentId: text('agent_id').notNull(),
    lockEpoch: bigint('lock_epoch', { mode: 'number' }).notNull(),
    clientMessageId: text('client_message_id').notNull(),
    requestHash: text('request_hash').notNull(),
    lateSend: flag('late_send').notNull(),
    delivery: text({
      enum: ['queued', 'sent', 'delayed', 'delivered', 'failed', 'held', 'withdrawn'],
    }).notNull(),
    deliveryAt: time('delivery_at'),
    deliveryReason: text('delivery_reason'),
    deliveryRecipients: text('delivery_recipients'),
    eventSeq: bigint('event_seq', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.conversationId, t.position] }),
    uniqueIndex('replies_client_id').on(t.agentId, t.clientMessageId),
    foreignKey({
      name: 'replies_lock_epoch',
      columns: [t.conversationId, t.lockEpoch, t.agentId],
      foreignColumns: [lockEpochs.conversationId, lockEpochs.epoch, lockEpochs.agentId],
    }),
    foreignKey({
      name: 'replies_entry',
      columns: [t.conversationId, t.position],
      foreignColumns: [entries.conversationId, entries.position],
    }),
  ],
);

export const notes = pgTable(
  'notes',
  {
    conversationId: text('conversation_id').notNull(),
    position: bigint({ mode: 'number' }).notNull(),
    agentId: text('agent_id').notNull(),
    clientMessageId: text('client_message_id').notNull(),
    requestHash: text('request_hash').notNull(),
    eventSeq: bigint('event_seq', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.conversationId, t.position] }),
    uniqueIndex('notes_client_id').on(t.agentId, t.clientMessageId),
    foreignKey({
      name: 'notes_entry',
      columns: [t.conversationId, t.position],
      foreignColumns: [entries.conversationId, entries.position],
    }),
  ],
);

export const inbound = pgTable(
  'inbound',
  {
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    providerId: text('provider_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    position: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.channel, t.providerId] })],
);

export const drafts = pgTable(
  'drafts',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    kind: text({ enum: ['reply', 'note'] }).notNull(),
    body: text().notNull(),
    revision: integer().notNull(),
    savedAt: time('saved_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.conversationId, t.agentId, t.kind] }),
    index('drafts_agent').on(t.agentId, t.kind, t.conversationId),
  ],
);

export const readMarks = pgTable(
  'read_marks',
  {
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    position: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.agentId, t.conversationId] })],
);
