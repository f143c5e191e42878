/** How accounts are invited, verified, given back and handed on (T14, H3). */
import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { flag, time } from './columns.ts';
import { agents } from './directory.ts';

/** Secrets that let somebody take one step, once: from a mail, or between the password and the second factor. */
export const userLinks = pgTable(
  'user_links',
  {
    id: text().primaryKey(),
    kind: text({ enum: ['invitation', 'verification', 'reset', 'sign_in'] }).notNull(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    tokenHash: text('token_hash').notNull(),
    sentTo: text('sent_to').notNull(),
    proves: flag('proves').notNull(),
    createdBy: text('created_by').references(() => agents.id),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    usedAt: time('used_at'),
    endedAt: time('ended_at'),
  },
  (t) => [
    uniqueIndex('user_links_token').on(t.tokenHash),
    index('user_links_agent').on(t.agentId, t.kind),
    index('user_links_over').on(t.kind, t.expiresAt),
  ],
);

/** Second factors: codes of an authenticator (TOTP). */
export const secondFactors = pgTable('second_factors', {
  agentId: text('agent_id')
    .primaryKey()
    .references(() => agents.id),
  sealedSecret: text('sealed_secret').notNull(),
  confirmedAt: time('confirmed_at'),
  lastStep: integer('last_step').notNull(),
  failures: integer().notNull(),
  failingSince: time('failing_since'),
  createdAt: time('created_at').notNull(),
});

/** What stands in for a code when the authenticator is lost. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    codeHash: text('code_hash').notNull(),
    usedAt: time('used_at'),
  },
  (t) => [primaryKey({ columns: [t.agentId, t.codeHash] })],
);

/** What somebody leaves behind who was deactivated or may reply in an inbox no more, and to whom it goes: done in steps, by whoever comes to it. */
export const handOns = pgTable(
  'hand_ons',
  {
    id: text().primaryKey(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    inboxId: text('inbox_id'),
    by: text('by')
      .notNull()
      .references(() => agents.id),
    assignmentsTo: text('assignments_to'),
    draftsTo: text('drafts_to'),
    contactsTo: text('contacts_to'),
    createdAt: time('created_at').notNull(),
    dueAt: time('due_at'),
    assigned: integer().notNull(),
    cleared: integer().notNull(),
    drafts: integer().notNull(),
    contacts: integer().notNull(),
  },
  (t) => [index('hand_ons_due').on(t.dueAt).where(sql`due_at IS NOT NULL`)],
);
