/** What is done with contacts: tags, merges that can be undone, imports with their rows, and what is left to do for many rows. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { flag, time } from './columns.ts';
import { contacts } from './contacts.ts';
import { agents, inboxes } from './directory.ts';

export const contactTags = sqliteTable(
  'contact_tags',
  {
    contactId: text('contact_id')
      .notNull()
      .references(() => contacts.id),
    /** The tag as it is compared. */
    key: text().notNull(),
    /** As it was written. */
    tag: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.contactId, t.key] }), index('contact_tags_tag').on(t.key, t.contactId)],
);

/** Merges and splits, with what is needed to undo them. */
export const contactActs = sqliteTable(
  'contact_acts',
  {
    id: text().primaryKey(),
    kind: text({ enum: ['merge', 'split'] }).notNull(),
    /** The contact that stayed. */
    contactId: text('contact_id')
      .notNull()
      .references(() => contacts.id),
    actorId: text('actor_id')
      .notNull()
      .references(() => agents.id),
    at: time('at').notNull(),
    /** JSON of what was where. */
    data: text().notNull(),
    undoneAt: time('undone_at'),
  },
  (t) => [index('contact_acts_contact').on(t.contactId, t.at)],
);

/** Contacts whose conversations are still to follow what happened to them, too many for one transaction. */
export const contactChores = sqliteTable(
  'contact_chores',
  {
    kind: text({ enum: ['tell', 'erase'] }).notNull(),
    contactId: text('contact_id')
      .notNull()
      .references(() => contacts.id),
    /** The last conversation (by id) that was done. */
    after: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.contactId] }), index('contact_chores_contact').on(t.contactId)],
);

export const contactImports = sqliteTable(
  'contact_imports',
  {
    id: text().primaryKey(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    fileName: text('file_name').notNull(),
    bytes: integer().notNull(),
    encoding: text({ enum: ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] }).notNull(),
    separator: text().notNull(),
    /** JSON: the names in the file's first row. */
    header: text().notNull(),
    /** `reading`: the file is being put into rows; a row of the table without an end, where that broke off. */
    state: text({ enum: ['reading', 'ready', 'running', 'done', 'stopped', 'undoing', 'undone'] }).notNull(),
    /** JSON: what each column is, the country of numbers without one, and what is done with contacts that are known. */
    plan: text(),
    rows: integer().notNull(),
    /** Rows that were looked at. */
    done: integer().notNull(),
    /** The last row that was looked at: of an import from the first on, of an undo from the last on. */
    cursor: integer().notNull(),
    created: integer().notNull(),
    changed: integer().notNull(),
    unchanged: integer().notNull(),
    duplicates: integer().notNull(),
    failed: integer().notNull(),
    /** Of an undo: rows of which nothing is left, and those of which something was used or changed since. */
    undone: integer().notNull(),
    kept: integer().notNull(),
    createdAt: time('created_at').notNull(),
    startedAt: time('started_at'),
    finishedAt: time('finished_at'),
    undoneAt: time('undone_at'),
    /** When a worker takes it on, or on again; null: there is nothing to do. */
    dueAt: time('due_at'),
    /** Counts up with every claim: whoever works under an older number changes nothing. */
    claimNo: integer('claim_no').notNull(),
  },
  (t) => [
    index('contact_imports_newest').on(t.createdAt, t.id),
    index('contact_imports_due').on(t.dueAt).where(sql`due_at IS NOT NULL`),
  ],
);

export const contactImportRows = sqliteTable(
  'contact_import_rows',
  {
    importId: text('import_id')
      .notNull()
      .references(() => contactImports.id),
    /** As a spreadsheet counts the rows of the file: the one below the header is 2. */
    row: integer().notNull(),
    /** JSON of its cells; empty when they went into a contact. */
    cells: text().notNull(),
    outcome: text({ enum: ['created', 'changed', 'unchanged', 'duplicate', 'failed'] }),
    /** Why it failed, for people. */
    problem: text(),
    /** Without a key: an undone import takes contacts away. */
    contactId: text('contact_id'),
    /** JSON of what the contact was and became, of what it changed. */
    change: text(),
    /** Of an undo: whether something of it was kept. */
    kept: flag('kept'),
  },
  (t) => [
    primaryKey({ columns: [t.importId, t.row] }),
    index('contact_import_rows_contact').on(t.importId, t.contactId).where(sql`contact_id IS NOT NULL`),
    index('contact_import_rows_failed').on(t.importId, t.row).where(sql`problem IS NOT NULL`),
  ],
);

/** How long an inbox keeps the texts of what is archived. */
export const inboxRetention = sqliteTable('inbox_retention', {
  inboxId: text('inbox_id')
    .primaryKey()
    .references(() => inboxes.id),
  days: integer().notNull(),
  /** When it is looked at next. */
  dueAt: time('due_at').notNull(),
});
