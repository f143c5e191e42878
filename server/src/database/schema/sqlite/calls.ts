/** Calls, what happened to each, their recordings, and what becomes of a call. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { time } from './columns.ts';
import { conversations } from './conversations.ts';
import { agents, inboxes } from './directory.ts';
import { numbers } from './texting.ts';

/** The phone on which an agent is reached. */
export const agentPhones = sqliteTable('agent_phones', {
  agentId: text('agent_id')
    .primaryKey()
    .references(() => agents.id),
  e164: text().notNull(),
  updatedAt: time('updated_at').notNull(),
});

/** What becomes of calls to an inbox; no row: what stands with their number, then voicemail. */
export const callRoutings = sqliteTable('call_routings', {
  inboxId: text('inbox_id')
    .primaryKey()
    .references(() => inboxes.id),
  /** JSON. */
  routing: text().notNull(),
  updatedAt: time('updated_at').notNull(),
});

/** Calls, each as far as the furthest that was heard of it. */
export const calls = sqliteTable(
  'calls',
  {
    id: text().primaryKey(),
    /** The provider's id of its first leg; null before the provider answered. */
    sid: text(),
    direction: text({ enum: ['in', 'out'] }).notNull(),
    numberId: text('number_id')
      .notNull()
      .references(() => numbers.id),
    /** The customer's, E.164, or what stands for a hidden one. */
    address: text().notNull(),
    /** Where its entry stands; null while an incoming one rings. */
    conversationId: text('conversation_id').references(() => conversations.id),
    position: integer(),
    /** Who called, or who took it. */
    agentId: text('agent_id').references(() => agents.id),
    clientId: text('client_id'),
    /** Which number took it, where that is no agent's. */
    forwardedTo: text('forwarded_to'),
    state: text({
      enum: ['incoming', 'calling', 'ringing', 'talking', 'ended', 'missed', 'failed'],
    }).notNull(),
    /** Of the state: it only grows. */
    rank: integer().notNull(),
    why: text(),
    /** JSON of how an incoming one is routed, as it was when it began. */
    plan: text(),
    startedAt: time('started_at').notNull(),
    answeredAt: time('answered_at'),
    endedAt: time('ended_at'),
    seconds: integer(),
    /** How many steps are written down. */
    steps: integer().notNull(),
    /** When the provider is asked what became of it, should no news come; null: it is over. */
    dueAt: time('due_at'),
  },
  (t) => [
    uniqueIndex('calls_sid').on(t.sid),
    uniqueIndex('calls_client').on(t.agentId, t.clientId).where(sql`client_id IS NOT NULL`),
    index('calls_due').on(t.dueAt).where(sql`due_at IS NOT NULL`),
  ],
);

/** What happened to a call. Nothing is changed or removed. */
export const callSteps = sqliteTable(
  'call_steps',
  {
    callId: text('call_id')
      .notNull()
      .references(() => calls.id),
    /** Counts up from 1 for each call. */
    nth: integer().notNull(),
    at: time('at').notNull(),
    what: text().notNull(),
    /** JSON. */
    details: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.callId, t.nth] })],
);

/** Recordings of voicemail, by the provider's id. */
export const voicemails = sqliteTable(
  'voicemails',
  {
    sid: text().primaryKey(),
    callId: text('call_id')
      .notNull()
      .references(() => calls.id),
    url: text().notNull(),
    seconds: integer().notNull(),
    /** What was said, as the provider wrote it down. */
    transcript: text(),
    /** Where its message stands; null before it was filed. */
    conversationId: text('conversation_id').references(() => conversations.id),
    position: integer(),
    attempts: integer().notNull(),
    /** When it is fetched next; null: it was filed. */
    dueAt: time('due_at'),
    at: time('at').notNull(),
  },
  (t) => [index('voicemails_due').on(t.dueAt).where(sql`due_at IS NOT NULL`)],
);
