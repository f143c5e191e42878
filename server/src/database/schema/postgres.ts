/**
 * The tables, for Postgres: the same as `sqlite.ts` beside this file, which says what they mean; a test holds the two together. Only
 * migrations are made from this one, queries are written against the other, which is why flags are 0 and 1 here too. Every
 * text column is `COLLATE "C"` (drizzle cannot say so; the migrations do, and a test looks), so that both databases compare
 * and order bytes.
 */
import { sql } from 'drizzle-orm';
import { bigint, foreignKey, index, integer, pgTable, primaryKey, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';

const time = (name: string) => bigint(name, { mode: 'number' });
const flag = (name: string) => smallint(name);

export const meta = pgTable('meta', { key: text().primaryKey(), value: text().notNull() });

export const counters = pgTable('counters', { name: text().primaryKey(), value: bigint({ mode: 'number' }).notNull() });

export const instances = pgTable('instances', {
  id: text().primaryKey(),
  mode: text({ enum: ['alone', 'cluster'] }).notNull(),
  host: text().notNull(),
  pid: integer().notNull(),
  startedAt: time('started_at').notNull(),
  heartbeatAt: time('heartbeat_at').notNull(),
});

export const teams = pgTable('teams', {
  id: text().primaryKey(),
  name: text().notNull(),
  createdAt: time('created_at').notNull(),
});

export const agents = pgTable(
  'agents',
  {
    id: text().primaryKey(),
    kind: text({ enum: ['person', 'system'] }).notNull(),
    name: text().notNull(),
    email: text(),
    role: text({ enum: ['agent', 'admin'] }).notNull(),
    passwordHash: text('password_hash'),
    externalId: text('external_id'),
    active: flag('active').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('agents_email').on(t.email), uniqueIndex('agents_external_id').on(t.externalId)],
);

export const teamMembers = pgTable(
  'team_members',
  {
    teamId: text('team_id').notNull().references(() => teams.id),
    agentId: text('agent_id').notNull().references(() => agents.id),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.agentId] })],
);

export const inboxes = pgTable(
  'inboxes',
  {
    id: text().primaryKey(),
    teamId: text('team_id').notNull().references(() => teams.id),
    name: text().notNull(),
    apiCode: text('api_code').notNull(),
    colour: text().notNull(),
    lockOn: text('lock_on', { enum: ['open', 'compose'] }).notNull(),
    lockTtl: integer('lock_ttl').notNull(),
    reconnectGrace: integer('reconnect_grace').notNull(),
    idleAfter: integer('idle_after').notNull(),
    idleGrace: integer('idle_grace').notNull(),
    askGrace: integer('ask_grace').notNull(),
    offerTime: integer('offer_time').notNull(),
    memberVersion: integer('member_version').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('inboxes_api_code').on(t.apiCode)],
);

export const inboxMembers = pgTable(
  'inbox_members',
  {
    inboxId: text('inbox_id').notNull().references(() => inboxes.id),
    agentId: text('agent_id').notNull().references(() => agents.id),
    capability: text({ enum: ['read', 'reply', 'manage'] }).notNull(),
    since: time('since').notNull(),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.agentId] }), index('inbox_members_agent').on(t.agentId)],
);

export const signIns = pgTable(
  'sign_ins',
  {
    id: text().primaryKey(),
    agentId: text('agent_id').notNull().references(() => agents.id),
    refreshHash: text('refresh_hash').notNull(),
    previousHash: text('previous_hash'),
    rotatedAt: time('rotated_at').notNull(),
    userAgent: text('user_agent').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    endedAt: time('ended_at'),
  },
  (t) => [index('sign_ins_agent').on(t.agentId), uniqueIndex('sign_ins_refresh').on(t.refreshHash)],
);

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text().primaryKey(),
    agentId: text('agent_id').notNull().references(() => agents.id),
    name: text().notNull(),
    keyHash: text('key_hash').notNull(),
    createdBy: text('created_by').notNull().references(() => agents.id),
    createdAt: time('created_at').notNull(),
    lastUsedAt: time('last_used_at'),
    endedAt: time('ended_at'),
  },
  (t) => [uniqueIndex('api_keys_hash').on(t.keyHash)],
);

export const tokenIssuers = pgTable('token_issuers', {
  id: text().primaryKey(),
  name: text().notNull(),
  kind: text({ enum: ['hs256', 'jwks'] }).notNull(),
  secret: text().notNull(),
  issuer: text().notNull(),
  audience: text().notNull(),
  allowedOrigins: text('allowed_origins').notNull(),
  trustEmail: flag('trust_email'),
  createdAt: time('created_at').notNull(),
  endedAt: time('ended_at'),
});

export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    agentId: text('agent_id').notNull().references(() => agents.id),
    signInId: text('sign_in_id'),
    kind: text({ enum: ['socket', 'rest'] }).notNull(),
    keyHash: text('key_hash').notNull(),
    device: text().notNull(),
    connectionNo: integer('connection_no').notNull(),
    serverId: text('server_id'),
    createdAt: time('created_at').notNull(),
    seenAt: time('seen_at').notNull(),
    endedAt: time('ended_at'),
  },
  (t) => [index('sessions_agent').on(t.agentId)],
);

export const contacts = pgTable(
  'contacts',
  {
    id: text().primaryKey(),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    address: text().notNull(),
    name: text().notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('contacts_address').on(t.channel, t.address)],
);

export const conversations = pgTable(
  'conversations',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id').notNull().references(() => inboxes.id),
    number: bigint({ mode: 'number' }).notNull(),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    contactId: text('contact_id').notNull().references(() => contacts.id),
    subject: text().notNull(),
    status: text({ enum: ['open', 'archived'] }).notNull(),
    assigneeId: text('assignee_id').references(() => agents.id),
    previewKind: text('preview_kind', { enum: ['message', 'reply', 'note'] }).notNull(),
    previewAuthor: text('preview_author').notNull(),
    previewText: text('preview_text').notNull(),
    createdAt: time('created_at').notNull(),
    lastAt: time('last_at').notNull(),
    newestPosition: bigint('newest_position', { mode: 'number' }).notNull(),
    newestIncoming: bigint('newest_incoming', { mode: 'number' }).notNull(),
    lockEpoch: bigint('lock_epoch', { mode: 'number' }).notNull(),
  },
  (t) => [
    uniqueIndex('conversations_number').on(t.number),
    index('conversations_list').on(t.inboxId, t.status, t.lastAt, t.id),
    index('conversations_assignee').on(t.assigneeId, t.inboxId, t.status, t.lastAt, t.id),
    index('conversations_contact').on(t.contactId),
  ],
);

export const lockEpochs = pgTable(
  'lock_epochs',
  {
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    epoch: bigint({ mode: 'number' }).notNull(),
    agentId: text('agent_id').notNull().references(() => agents.id),
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
  ],
);

export const entries = pgTable(
  'entries',
  {
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    position: bigint({ mode: 'number' }).notNull(),
    id: text().notNull(),
    at: time('at').notNull(),
    kind: text({ enum: ['message', 'reply', 'note', 'activity'] }).notNull(),
    agentId: text('agent_id').references(() => agents.id),
    contactId: text('contact_id').references(() => contacts.id),
    body: text().notNull(),
    activity: text(),
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
    delivery: text({ enum: ['queued', 'sent', 'delivered', 'failed', 'held'] }).notNull(),
    deliveryAt: time('delivery_at'),
    deliveryReason: text('delivery_reason'),
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
    inboxId: text('inbox_id').notNull().references(() => inboxes.id),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    providerId: text('provider_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    position: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.channel, t.providerId] })],
);

export const streams = pgTable('streams', { id: text().primaryKey(), lastSeq: bigint('last_seq', { mode: 'number' }).notNull() });

export const events = pgTable(
  'events',
  {
    stream: text().notNull().references(() => streams.id),
    seq: bigint({ mode: 'number' }).notNull(),
    at: time('at').notNull(),
    data: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.stream, t.seq] })],
);

export const outbox = pgTable(
  'outbox',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id').notNull().references(() => inboxes.id),
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
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
    outboxId: text('outbox_id').notNull().references(() => outbox.id),
    claimNo: integer('claim_no').notNull(),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    outcome: text({ enum: ['accepted', 'refused', 'unreachable'] }),
    error: text(),
  },
  (t) => [primaryKey({ columns: [t.outboxId, t.claimNo] })],
);

export const drafts = pgTable(
  'drafts',
  {
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    agentId: text('agent_id').notNull().references(() => agents.id),
    kind: text({ enum: ['reply', 'note'] }).notNull(),
    body: text().notNull(),
    revision: integer().notNull(),
    savedAt: time('saved_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.agentId, t.kind] })],
);

export const readMarks = pgTable(
  'read_marks',
  {
    agentId: text('agent_id').notNull().references(() => agents.id),
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    position: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.agentId, t.conversationId] })],
);

export const audit = pgTable(
  'audit',
  {
    id: text().primaryKey(),
    at: time('at').notNull(),
    actorId: text('actor_id'),
    action: text().notNull(),
    objectType: text('object_type').notNull(),
    objectId: text('object_id').notNull(),
    details: text().notNull(),
  },
  (t) => [index('audit_at').on(t.at)],
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
