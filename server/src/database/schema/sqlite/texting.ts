/** Phone numbers, texts by the provider's ids, who wants none, and registrations with the carriers. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { flag, time } from './columns.ts';
import { conversations } from './conversations.ts';
import { agents, inboxes, teams } from './directory.ts';

/** Numbers that we have or had. A number that was given back and bought again is another row, with conversations of its own. */
export const numbers = sqliteTable(
  'numbers',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    e164: text().notNull(),
    providerSid: text('provider_sid').notNull(),
    sms: flag('sms').notNull(),
    mms: flag('mms').notNull(),
    voice: flag('voice').notNull(),
    tollFree: flag('toll_free').notNull(),
    /** The one of its inbox that a new conversation leaves from. */
    isPrimary: flag('is_primary').notNull(),
    /** Where calls to it ring; null: nowhere. */
    voiceForward: text('voice_forward'),
    /** Whether the carriers let it send: long codes of the United States belong to a registered campaign. */
    registration: text({ enum: ['not_needed', 'unassigned', 'pending', 'ready'] }).notNull(),
    createdAt: time('created_at').notNull(),
    releasedAt: time('released_at'),
  },
  (t) => [
    uniqueIndex('numbers_e164').on(t.e164).where(sql`released_at IS NULL`),
    index('numbers_inbox').on(t.inboxId, t.createdAt),
  ],
);

/** One conversation for each of our numbers and each number that writes to it. */
export const smsThreads = sqliteTable(
  'sms_threads',
  {
    conversationId: text('conversation_id')
      .primaryKey()
      .references(() => conversations.id),
    numberId: text('number_id')
      .notNull()
      .references(() => numbers.id),
    /** The customer's, E.164. */
    address: text().notNull(),
  },
  (t) => [uniqueIndex('sms_threads_parties').on(t.numberId, t.address)],
);

/** Texts by the provider's id, and the furthest that was heard of each. */
export const smsMessages = sqliteTable(
  'sms_messages',
  {
    sid: text().primaryKey(),
    direction: text({ enum: ['in', 'out'] }).notNull(),
    /** Null for news that came before its message was known here. */
    conversationId: text('conversation_id').references(() => conversations.id),
    position: integer(),
    status: text().notNull(),
    rank: integer().notNull(),
    /** The rank that the conversation was told of. */
    toldRank: integer('told_rank').notNull(),
    errorCode: integer('error_code'),
    at: time('at').notNull(),
  },
  (t) => [
    index('sms_messages_entry').on(t.conversationId, t.position),
    index('sms_messages_news').on(t.at).where(sql`told_rank < rank`),
  ],
);

/** Every time that somebody stopped or began again; the newest row is what holds. Nothing is changed or removed. */
export const optOuts = sqliteTable(
  'opt_outs',
  {
    numberId: text('number_id')
      .notNull()
      .references(() => numbers.id),
    address: text().notNull(),
    /** Counts up from 1 for each pair. */
    nth: integer().notNull(),
    state: text({ enum: ['out', 'in'] }).notNull(),
    source: text({ enum: ['keyword', 'manual', 'provider'] }).notNull(),
    /** Who said so, where it was one of us. */
    agentId: text('agent_id').references(() => agents.id),
    /** The message that said so. */
    conversationId: text('conversation_id'),
    position: integer(),
    at: time('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.numberId, t.address, t.nth] })],
);

/** The registration with the carriers that a team's numbers send under. */
export const campaigns = sqliteTable(
  'campaigns',
  {
    teamId: text('team_id')
      .primaryKey()
      .references(() => teams.id),
    state: text({ enum: ['draft', 'pending', 'registered', 'rejected'] }).notNull(),
    /** Why it was rejected, in the carriers' words. */
    reason: text(),
    /** JSON of what was filled in. */
    fields: text().notNull(),
    brandSid: text('brand_sid'),
    serviceSid: text('service_sid'),
    campaignSid: text('campaign_sid'),
    /** Raised with every change: of two that change it at once, one does. */
    revision: integer().notNull(),
    submittedAt: time('submitted_at'),
    /** When the next step is due; null: none. */
    dueAt: time('due_at'),
    attempts: integer().notNull(),
    /** When admins were told that it is registered and its numbers may send. */
    announcedAt: time('announced_at'),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [index('campaigns_due').on(t.dueAt).where(sql`due_at IS NOT NULL`)],
);

/** What the carrier in a box remembers: the provider's side of the embedded channel, as its API names things. */
export const carrierItems = sqliteTable(
  'carrier_items',
  {
    sid: text().primaryKey(),
    kind: text().notNull(),
    /** What it is found by besides its id: a number, a pair of numbers. */
    key: text().notNull(),
    /** JSON. */
    data: text().notNull(),
    at: time('at').notNull(),
    /** When its next step is due; null: none. */
    dueAt: time('due_at'),
  },
  (t) => [
    index('carrier_items_kind').on(t.kind, t.at),
    index('carrier_items_key').on(t.kind, t.key),
    index('carrier_items_due').on(t.dueAt).where(sql`due_at IS NOT NULL`),
  ],
);
