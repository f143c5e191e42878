/** Who works here, where, and how they prove it. */
import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { flag, time } from './columns.ts';

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
    undoFor: integer('undo_for'),
    state: text({ enum: ['invited', 'active', 'locked', 'deactivated'] })
      .notNull()
      .default('active'),
    stateAt: time('state_at'),
    verifiedAt: time('verified_at'),
    verifiedVia: text('verified_via', { enum: ['mail', 'alias', 'admin'] }),
    factorRequired: flag('factor_required').notNull().default(0),
    /** Where new messages leave from unless another account is chosen (W2). It counts while the agent may reply there. */
    defaultInboxId: text('default_inbox_id'),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('agents_email').on(t.email), uniqueIndex('agents_external_id').on(t.externalId)],
);

export const teamMembers = pgTable(
  'team_members',
  {
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.agentId] })],
);

export const inboxes = pgTable(
  'inboxes',
  {
    id: text().primaryKey(),
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    /** `personal`: its owner's alone (H1). */
    kind: text({ enum: ['shared', 'personal'] })
      .notNull()
      .default('shared'),
    ownerId: text('owner_id').references(() => agents.id),
    /** Of a personal one: the mailbox address for which it was opened; it is opened once for each. */
    homeAddress: text('home_address'),
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
    handOverTime: integer('hand_over_time').notNull().default(60_000),
    /** Who may take a lock away from its holder (L13). */
    takeOverBy: text('take_over_by', { enum: ['admins', 'managers', 'members'] })
      .notNull()
      .default('admins'),
    memberVersion: integer('member_version').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('inboxes_api_code').on(t.apiCode),
    index('inboxes_owner').on(t.ownerId).where(sql`owner_id IS NOT NULL`),
  ],
);

export const inboxMembers = pgTable(
  'inbox_members',
  {
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    capability: text({ enum: ['read', 'reply', 'manage'] }).notNull(),
    since: time('since').notNull(),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.agentId] }), index('inbox_members_agent').on(t.agentId)],
);

export const signIns = pgTable(
  'sign_ins',
  {
    id: text().primaryKey(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
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
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    name: text().notNull(),
    keyHash: text('key_hash').notNull(),
    createdBy: text('created_by')
      .notNull()
      .references(() => agents.id),
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
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
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

export const signatures = pgTable(
  'signatures',
  {
    agentId: text('agent_id').notNull(),
    inboxId: text('inbox_id').notNull(),
    body: text().notNull(),
    html: text(),
    changedAt: time('changed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.agentId, t.inboxId] })],
);
