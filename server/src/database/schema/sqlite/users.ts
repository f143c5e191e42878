/** How accounts are invited, verified, given back and handed on (T14, H3). */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { flag, time } from './columns.ts';
import { agents } from './directory.ts';

/** Secrets that let somebody take one step, once: from a mail, or between the password and the second factor. */
export const userLinks = sqliteTable(
  'user_links',
  {
    id: text().primaryKey(),
    kind: text({ enum: ['invitation', 'verification', 'reset', 'sign_in'] }).notNull(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    /** SHA-256 of the secret. */
    tokenHash: text('token_hash').notNull(),
    /** The address that it was mailed to, in lower case; empty: it was mailed to nobody. */
    sentTo: text('sent_to').notNull(),
    /** Nobody but the reader of that address has it: it was not shown to an admin. */
    proves: flag('proves').notNull(),
    createdBy: text('created_by').references(() => agents.id),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    usedAt: time('used_at'),
    /** Withdrawn, or a newer one took its place. */
    endedAt: time('ended_at'),
  },
  (t) => [
    uniqueIndex('user_links_token').on(t.tokenHash),
    index('user_links_agent').on(t.agentId, t.kind),
    index('user_links_over').on(t.kind, t.expiresAt),
  ],
);

/** Second factors: codes of an authenticator (TOTP). */
export const secondFactors = sqliteTable('second_factors', {
  agentId: text('agent_id')
    .primaryKey()
    .references(() => agents.id),
  /** Sealed for this agent. */
  sealedSecret: text('sealed_secret').notNull(),
  /** When a first code was right; null: it is being set up, and nobody is asked for it. */
  confirmedAt: time('confirmed_at'),
  /** The newest time step whose code was taken: none is taken twice. */
  lastStep: integer('last_step').notNull(),
  /** Wrong codes since `failingSince`. */
  failures: integer().notNull(),
  failingSince: time('failing_since'),
  createdAt: time('created_at').notNull(),
});

/** What stands in for a code when the authenticator is lost. */
export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    /** SHA-256. */
    codeHash: text('code_hash').notNull(),
    usedAt: time('used_at'),
  },
  (t) => [primaryKey({ columns: [t.agentId, t.codeHash] })],
);

/** What somebody leaves behind who was deactivated or may reply in an inbox no more, and to whom it goes: done in steps, by whoever comes to it. */
export const handOns = sqliteTable(
  'hand_ons',
  {
    id: text().primaryKey(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    /** Only what is in this inbox, whose member they are no longer; null: everything, they work here no more. */
    inboxId: text('inbox_id'),
    by: text('by')
      .notNull()
      .references(() => agents.id),
    /** Null: conversations lose their assignee. */
    assignmentsTo: text('assignments_to'),
    /** Null: drafts stay where they are. */
    draftsTo: text('drafts_to'),
    /** Null: contacts are nobody's. */
    contactsTo: text('contacts_to'),
    createdAt: time('created_at').notNull(),
    /** When somebody looks at it next; null: it is done. */
    dueAt: time('due_at'),
    /** Conversations that have a new assignee, that have none any more, drafts that were copied, and contacts that have another owner or none. */
    assigned: integer().notNull(),
    cleared: integer().notNull(),
    drafts: integer().notNull(),
    contacts: integer().notNull(),
  },
  (t) => [index('hand_ons_due').on(t.dueAt).where(sql`due_at IS NOT NULL`)],
);
