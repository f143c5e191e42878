/** Conversations with their threads, locks, drafts and read marks. */
import { sql } from 'drizzle-orm';
import {
  foreignKey,
  index,
  integer,
  sqliteTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { flag, time } from './columns.ts';
import { contactAddresses, contacts } from './contacts.ts';
import { agents, inboxes, teams } from './directory.ts';

export const conversations = sqliteTable(
  'conversations',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    number: integer().notNull(),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    /** Whose the address is: the same as the address says, here for whoever looks by contact. */
    contactId: text('contact_id')
      .notNull()
      .references(() => contacts.id),
    /** The address or number that it is with. */
    addressId: text('address_id')
      .notNull()
      .references(() => contactAddresses.id),
    subject: text().notNull(),
    status: text({ enum: ['open', 'snoozed', 'archived'] }).notNull(),
    /** When a snoozed conversation comes back by itself; null for every other. */
    snoozedUntil: time('snoozed_until'),
    /** Whom it was assigned to. */
    assigneeId: text('assignee_id').references(() => agents.id),
    /** Who answers for it: the assignee, else the owner of its contact (M8). Kept by writes, because lists are searched by it. */
    responsibleId: text('responsible_id').references(() => agents.id),
    /** The team it was assigned to (T2). */
    teamId: text('team_id').references(() => teams.id),
    previewKind: text('preview_kind', { enum: ['message', 'reply', 'note'] }).notNull(),
    previewAuthor: text('preview_author').notNull(),
    previewText: text('preview_text').notNull(),
    createdAt: time('created_at').notNull(),
    lastAt: time('last_at').notNull(),
    newestPosition: integer('newest_position').notNull(),
    newestIncoming: integer('newest_incoming').notNull(),
    /** The newest fence given; 0 before the first. */
    lockEpoch: integer('lock_epoch').notNull(),
    /** When its texts and files were taken away; what came later is there. Null: they never were. */
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

/** Every right to reply that was ever given: the fences, and the lock history (L19). */
export const lockEpochs = sqliteTable(
  'lock_epochs',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    epoch: integer().notNull(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    /** Null for an epoch that was minted and ended within one send (`one_shot`). */
    sessionId: text('session_id'),
    connectionNo: integer('connection_no').notNull(),
    /** Secret: never in an event, a log or an answer. */
    leaseToken: text('lease_token').notNull(),
    requestId: text('request_id').notNull(),
    lockOn: text('lock_on', { enum: ['open', 'compose'] }).notNull(),
    grantedAt: time('granted_at').notNull(),
    /** Last activity that was written down; the owning server knows newer ones. */
    activeAt: time('active_at').notNull(),
    idleAskedAt: time('idle_asked_at'),
    idleDeadline: time('idle_deadline'),
    /** The last question of this period, also after it was answered (L19). */
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

export const entries = sqliteTable(
  'entries',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    position: integer().notNull(),
    id: text().notNull(),
    at: time('at').notNull(),
    kind: text({ enum: ['message', 'reply', 'note', 'call', 'activity'] }).notNull(),
    /** Agent or system actor; null for a customer message and for activity that nobody caused. */
    agentId: text('agent_id').references(() => agents.id),
    /** From which address it came, of what came. Without a key, which would have to be searched for with every address that goes. */
    addressId: text('address_id'),
    body: text().notNull(),
    /** JSON of an activity line's `what`. */
    activity: text(),
    /** JSON of what only some entries have: attachments, folds, mail. Null for none of it. */
    extra: text(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.position] }), uniqueIndex('entries_id').on(t.id)],
);

/** What makes an entry a reply. The foreign key makes "one agent an epoch" a rule of the database. */
export const replies = sqliteTable(
  'replies',
  {
    conversationId: text('conversation_id').notNull(),
    position: integer().notNull(),
    agentId: text('agent_id').notNull(),
    lockEpoch: integer('lock_epoch').notNull(),
    clientMessageId: text('client_message_id').notNull(),
    /** SHA-256 over conversation, kind, recipients and body; not over fence and last-seen. */
    requestHash: text('request_hash').notNull(),
    lateSend: flag('late_send').notNull(),
    delivery: text({
      enum: ['queued', 'sent', 'delayed', 'delivered', 'failed', 'held', 'withdrawn'],
    }).notNull(),
    deliveryAt: time('delivery_at'),
    deliveryReason: text('delivery_reason'),
    /** JSON of how far it got to each recipient, a copy of `reply_recipients`; null before there is news of any. */
    deliveryRecipients: text('delivery_recipients'),
    /** Sequence number of the event that told of this reply. */
    eventSeq: integer('event_seq').notNull(),
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

export const notes = sqliteTable(
  'notes',
  {
    conversationId: text('conversation_id').notNull(),
    position: integer().notNull(),
    agentId: text('agent_id').notNull(),
    clientMessageId: text('client_message_id').notNull(),
    requestHash: text('request_hash').notNull(),
    eventSeq: integer('event_seq').notNull(),
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

/** What a channel brought, so that the same message delivered twice is stored once. */
export const inbound = sqliteTable(
  'inbound',
  {
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    providerId: text('provider_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    position: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.channel, t.providerId] })],
);

export const drafts = sqliteTable(
  'drafts',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    kind: text({ enum: ['reply', 'note'] }).notNull(),
    /** Empty: no draft; the row stays for its revision, so that a late autosave of a sent text is refused. */
    body: text().notNull(),
    revision: integer().notNull(),
    savedAt: time('saved_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.conversationId, t.agentId, t.kind] }),
    index('drafts_agent').on(t.agentId, t.kind, t.conversationId),
  ],
);

export const readMarks = sqliteTable(
  'read_marks',
  {
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    position: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.agentId, t.conversationId] })],
);
