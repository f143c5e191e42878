/** Mail accounts that inboxes receive by and send from, and how far each of their folders has been read. */
import { sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { time } from './columns.ts';
import { agents, inboxes } from './directory.ts';

export const mailboxes = sqliteTable(
  'mailboxes',
  {
    id: text().primaryKey(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    /** Whose own it is; null: it belongs to its inbox alone. */
    ownerId: text('owner_id').references(() => agents.id),
    /** Lower case. */
    address: text().notNull(),
    /** Shown beside the address in From; empty: the name of the inbox. */
    name: text().notNull(),
    /** JSON: host, port, security, user, auth, folders, sentFolder, … */
    incoming: text().notNull(),
    /** JSON: host, port, security, user, auth; null: mail leaves by the server's own relay. */
    outgoing: text(),
    /** Passwords and tokens, sealed. */
    secrets: text().notNull(),
    /** Counts up with every change of settings or secrets: whoever works with older ones starts again. */
    version: integer().notNull(),
    state: text({ enum: ['connecting', 'connected', 'failed', 'disconnected'] }).notNull(),
    /** With `failed`: which part of the connection, the code, and the sentence for people. */
    failedPart: text('failed_part'),
    failedCode: text('failed_code'),
    failedReason: text('failed_reason'),
    stateAt: time('state_at').notNull(),
    /** Where answers to this mailbox's mail are wanted (A1). */
    masterId: text('master_id').references((): AnySQLiteColumn => mailboxes.id),
    /** Who set or cleared that last, and when; null: nobody ever did. */
    masterSetBy: text('master_set_by').references(() => agents.id),
    masterSetAt: time('master_set_at'),
    /** Most mails that leave it in a minute. */
    ratePerMinute: integer('rate_per_minute').notNull(),
    /** Which server receives for it, until when, and the how manyth claim that is. */
    claimedBy: text('claimed_by'),
    claimNo: integer('claim_no').notNull(),
    claimDeadline: time('claim_deadline'),
    createdBy: text('created_by').references(() => agents.id),
    createdAt: time('created_at').notNull(),
    endedAt: time('ended_at'),
  },
  (t) => [
    uniqueIndex('mailboxes_address').on(t.address).where(sql`ended_at IS NULL`),
    index('mailboxes_inbox').on(t.inboxId),
  ],
);

/** How far a folder of a mailbox has been read. */
export const mailboxFolders = sqliteTable(
  'mailbox_folders',
  {
    mailboxId: text('mailbox_id')
      .notNull()
      .references(() => mailboxes.id),
    folder: text().notNull(),
    /** `sent`: what was written elsewhere with this account. */
    kind: text({ enum: ['in', 'sent'] }).notNull(),
    /** As the server says it: UIDs mean something only together with it. */
    uidValidity: text('uid_validity').notNull(),
    /** Everything above it is new. */
    lastUid: integer('last_uid').notNull(),
    /** The first import goes down from here, the newest mail first; everything from here to `lastUid` has been looked at. */
    importBelow: integer('import_below').notNull(),
    /** Mails that came before this are not imported. */
    importSince: time('import_since').notNull(),
    importTotal: integer('import_total').notNull(),
    importDone: integer('import_done').notNull(),
    /** Null: the import goes on. */
    importedAt: time('imported_at'),
    /** How often in a row a mail was begun and nobody lived to say how it ended; below zero for one of the import. */
    tries: integer().notNull(),
    scannedAt: time('scanned_at'),
  },
  (t) => [primaryKey({ columns: [t.mailboxId, t.folder] })],
);

/** What became of each mail of a mailbox: one row a copy, so that nothing is filed twice and nothing vanishes. */
export const mailboxMails = sqliteTable(
  'mailbox_mails',
  {
    mailboxId: text('mailbox_id')
      .notNull()
      .references(() => mailboxes.id),
    folder: text().notNull(),
    uidValidity: text('uid_validity').notNull(),
    uid: integer().notNull(),
    /**
     * `filed`: here for the first time. `known`: the same mail was there already. `own`: one of ours. `unreadable`: kept, with a
     * reason. `skipped`: not kept, with a reason.
     */
    outcome: text({ enum: ['filed', 'known', 'own', 'unreadable', 'skipped'] }).notNull(),
    conversationId: text('conversation_id'),
    position: integer(),
    reason: text(),
    at: time('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mailboxId, t.folder, t.uidValidity, t.uid] }),
    index('mailbox_mails_troubles').on(t.mailboxId, t.at).where(sql`reason IS NOT NULL`),
  ],
);

/** Mails that left from a mailbox and are to lie in its Sent folder as well. A row goes when its copy lies there. */
export const mailboxCopies = sqliteTable(
  'mailbox_copies',
  {
    mailId: text('mail_id').primaryKey(),
    mailboxId: text('mailbox_id')
      .notNull()
      .references(() => mailboxes.id),
    conversationId: text('conversation_id').notNull(),
    position: integer().notNull(),
    attempts: integer().notNull(),
    dueAt: time('due_at').notNull(),
  },
  (t) => [index('mailbox_copies_due').on(t.mailboxId, t.dueAt)],
);
