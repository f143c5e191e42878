/**
 * The tables, for SQLite. `postgres.ts` beside this file says the same for Postgres and a test holds the two together; all
 * queries are written against the types of this one. Times are epoch milliseconds of the server, texts UTF-8.
 */
import { sql } from 'drizzle-orm';
import { foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

const time = (name: string) => integer(name);
const flag = (name: string) => integer(name, { mode: 'boolean' });

/** Single values: `deployment_id`, `log_epoch`, `token_secret`, `organisation`, `demo`. */
export const meta = sqliteTable('meta', { key: text().primaryKey(), value: text().notNull() });

/** Counters that only grow, outside the streams: `conversation_number`, `starts` of servers. */
export const counters = sqliteTable('counters', { name: text().primaryKey(), value: integer().notNull() });

/** Running server processes; in default mode a live row of another process refuses the start. */
export const instances = sqliteTable('instances', {
  id: text().primaryKey(),
  mode: text({ enum: ['alone', 'cluster'] }).notNull(),
  host: text().notNull(),
  pid: integer().notNull(),
  startedAt: time('started_at').notNull(),
  heartbeatAt: time('heartbeat_at').notNull(),
});

export const teams = sqliteTable('teams', {
  id: text().primaryKey(),
  name: text().notNull(),
  createdAt: time('created_at').notNull(),
});

export const agents = sqliteTable(
  'agents',
  {
    id: text().primaryKey(),
    kind: text({ enum: ['person', 'system'] }).notNull(),
    name: text().notNull(),
    /** Lower case; null for system actors. */
    email: text(),
    role: text({ enum: ['agent', 'admin'] }).notNull(),
    /** argon2id in PHC form; null: cannot sign in with a password. */
    passwordHash: text('password_hash'),
    /** Subject of tokens that an embedding application mints, as `<issuer id>:<sub>`. */
    externalId: text('external_id'),
    active: flag('active').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('agents_email').on(t.email), uniqueIndex('agents_external_id').on(t.externalId)],
);

export const teamMembers = sqliteTable(
  'team_members',
  {
    teamId: text('team_id').notNull().references(() => teams.id),
    agentId: text('agent_id').notNull().references(() => agents.id),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.agentId] })],
);

export const inboxes = sqliteTable(
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
    /** Raised with every change of membership; pumps compare it before every batch. */
    memberVersion: integer('member_version').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('inboxes_api_code').on(t.apiCode)],
);

export const inboxMembers = sqliteTable(
  'inbox_members',
  {
    inboxId: text('inbox_id').notNull().references(() => inboxes.id),
    agentId: text('agent_id').notNull().references(() => agents.id),
    capability: text({ enum: ['read', 'reply', 'manage'] }).notNull(),
    since: time('since').notNull(),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.agentId] }), index('inbox_members_agent').on(t.agentId)],
);

/** An authenticated login: the family of a refresh token. */
export const signIns = sqliteTable(
  'sign_ins',
  {
    id: text().primaryKey(),
    agentId: text('agent_id').notNull().references(() => agents.id),
    /** SHA-256 of the newest refresh token; an older one that comes back ends the sign-in. */
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

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text().primaryKey(),
    /** Whom the key acts as: a person or a system actor. */
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

/** An application that embeds the SDK and mints tokens for its users. */
export const tokenIssuers = sqliteTable('token_issuers', {
  id: text().primaryKey(),
  name: text().notNull(),
  kind: text({ enum: ['hs256', 'jwks'] }).notNull(),
  /** The HS256 secret, or the address of the JWKS. */
  secret: text().notNull(),
  issuer: text().notNull(),
  audience: text().notNull(),
  /** JSON array of origins whose pages may connect with tokens of this issuer. */
  allowedOrigins: text('allowed_origins').notNull(),
  /** Whether a verified `email` claim finds the agent when the subject is not known; null: no. */
  trustEmail: flag('trust_email'),
  createdAt: time('created_at').notNull(),
  endedAt: time('ended_at'),
});

/** One running SDK client (a tab, a device) or one REST lock holder; survives reconnect and reload. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: text().primaryKey(),
    agentId: text('agent_id').notNull().references(() => agents.id),
    signInId: text('sign_in_id'),
    kind: text({ enum: ['socket', 'rest'] }).notNull(),
    /** SHA-256 of the secret resume key. */
    keyHash: text('key_hash').notNull(),
    device: text().notNull(),
    /** Counts up with every connection; an older connection's late close is recognised by it. */
    connectionNo: integer('connection_no').notNull(),
    serverId: text('server_id'),
    createdAt: time('created_at').notNull(),
    seenAt: time('seen_at').notNull(),
    endedAt: time('ended_at'),
  },
  (t) => [index('sessions_agent').on(t.agentId)],
);

export const contacts = sqliteTable(
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

export const conversations = sqliteTable(
  'conversations',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id').notNull().references(() => inboxes.id),
    number: integer().notNull(),
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
    newestPosition: integer('newest_position').notNull(),
    newestIncoming: integer('newest_incoming').notNull(),
    /** The newest fence given; 0 before the first. */
    lockEpoch: integer('lock_epoch').notNull(),
  },
  (t) => [
    uniqueIndex('conversations_number').on(t.number),
    index('conversations_list').on(t.inboxId, t.status, t.lastAt, t.id),
    index('conversations_assignee').on(t.assigneeId, t.inboxId, t.status, t.lastAt, t.id),
    index('conversations_contact').on(t.contactId),
  ],
);

/** Every right to reply that was ever given: the fences, and the lock history (L19). */
export const lockEpochs = sqliteTable(
  'lock_epochs',
  {
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    epoch: integer().notNull(),
    agentId: text('agent_id').notNull().references(() => agents.id),
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
  ],
);

export const entries = sqliteTable(
  'entries',
  {
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    position: integer().notNull(),
    id: text().notNull(),
    at: time('at').notNull(),
    kind: text({ enum: ['message', 'reply', 'note', 'activity'] }).notNull(),
    /** Agent or system actor; null for a customer message and for activity that nobody caused. */
    agentId: text('agent_id').references(() => agents.id),
    contactId: text('contact_id').references(() => contacts.id),
    body: text().notNull(),
    /** JSON of an activity line's `what`. */
    activity: text(),
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
    delivery: text({ enum: ['queued', 'sent', 'delivered', 'failed', 'held'] }).notNull(),
    deliveryAt: time('delivery_at'),
    deliveryReason: text('delivery_reason'),
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
    inboxId: text('inbox_id').notNull().references(() => inboxes.id),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    providerId: text('provider_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    position: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.channel, t.providerId] })],
);

/** Heads of the streams `inbox:<id>` and `agent:<id>`: `UPDATE … SET last_seq = last_seq + 1 RETURNING`. */
export const streams = sqliteTable('streams', { id: text().primaryKey(), lastSeq: integer('last_seq').notNull() });

export const events = sqliteTable(
  'events',
  {
    stream: text().notNull().references(() => streams.id),
    seq: integer().notNull(),
    at: time('at').notNull(),
    /** JSON of `EventData`, never changed once written. */
    data: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.stream, t.seq] })],
);

export const outbox = sqliteTable(
  'outbox',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id').notNull().references(() => inboxes.id),
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    position: integer().notNull(),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    /** Under which the provider knows this message, the same at every attempt. */
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

/** Written before the first byte goes out; an attempt without an outcome is an ambiguous one. */
export const outboxAttempts = sqliteTable(
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

export const drafts = sqliteTable(
  'drafts',
  {
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    agentId: text('agent_id').notNull().references(() => agents.id),
    kind: text({ enum: ['reply', 'note'] }).notNull(),
    /** Empty: no draft; the row stays for its revision, so that a late autosave of a sent text is refused. */
    body: text().notNull(),
    revision: integer().notNull(),
    savedAt: time('saved_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.agentId, t.kind] })],
);

export const readMarks = sqliteTable(
  'read_marks',
  {
    agentId: text('agent_id').notNull().references(() => agents.id),
    conversationId: text('conversation_id').notNull().references(() => conversations.id),
    position: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.agentId, t.conversationId] })],
);

/** What administrators did and what was refused; written, never changed. */
export const audit = sqliteTable(
  'audit',
  {
    id: text().primaryKey(),
    at: time('at').notNull(),
    actorId: text('actor_id'),
    action: text().notNull(),
    objectType: text('object_type').notNull(),
    objectId: text('object_id').notNull(),
    /** JSON, without secrets. */
    details: text().notNull(),
  },
  (t) => [index('audit_at').on(t.at)],
);

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
