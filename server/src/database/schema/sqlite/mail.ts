/** Mails as they came and went, where they are filed, and the files of messages. */
import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { flag, time } from './columns.ts';
import { conversations } from './conversations.ts';
import { agents, inboxes } from './directory.ts';
import { mailboxes } from './mailboxes.ts';

/** The addresses of an inbox: mail to one of them comes in there, replies leave from the one the customer wrote to. */
export const inboxAddresses = sqliteTable(
  'inbox_addresses',
  {
    /** Lower case. */
    address: text().primaryKey(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    /** Shown beside the address in From; empty: the name of the inbox. */
    name: text().notNull(),
    /** The mailbox whose address or alias it is; null: one of the inbox's own, for mail by SMTP. */
    mailboxId: text('mailbox_id').references(() => mailboxes.id),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    index('inbox_addresses_inbox').on(t.inboxId, t.createdAt),
    index('inbox_addresses_mailbox').on(t.mailboxId),
  ],
);

/** Every mail byte for byte, also the ones that could not be read. */
export const mails = sqliteTable(
  'mails',
  {
    id: text().primaryKey(),
    direction: text({ enum: ['in', 'out'] }).notNull(),
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    conversationId: text('conversation_id').references(() => conversations.id),
    position: integer(),
    /** Of the envelope; empty for a bounce. */
    sender: text().notNull(),
    /** JSON array of the envelope's recipients. */
    recipients: text().notNull(),
    subject: text().notNull(),
    at: time('at').notNull(),
    /** Bytes. */
    size: integer().notNull(),
    /** The mail itself, or null where it is large and lies in `file`. */
    raw: blob({ mode: 'buffer' }),
    file: text(),
    /** Why it could not be read; null: it could. */
    problem: text(),
    /** Sanitised HTML, made at first view, and by which version of the rules. */
    html: text(),
    htmlRules: integer('html_rules'),
  },
  (t) => [
    index('mails_entry').on(t.conversationId, t.position),
    index('mails_inbox').on(t.inboxId, t.direction, t.at, t.id),
    // By which a file that no row names is told from one that a row names.
    index('mails_file').on(t.file).where(sql`file IS NOT NULL`),
  ],
);

/** Every Message-ID that was seen in a conversation: ours, the customer's, and those that References name. */
export const mailIds = sqliteTable(
  'mail_ids',
  {
    /** Without its angle brackets. */
    messageId: text('message_id').notNull(),
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    /** The entry that has this id; null where it was only referred to. */
    position: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.messageId, t.conversationId] }),
    index('mail_ids_entry').on(t.conversationId, t.position),
  ],
);

/** Files of messages: uploaded for a reply or note, or part of a mail. */
export const attachments = sqliteTable(
  'attachments',
  {
    id: text().primaryKey(),
    /** Who uploaded it; null: it came with a mail. */
    agentId: text('agent_id').references(() => agents.id),
    /** Null until a reply or note takes it. */
    conversationId: text('conversation_id').references(() => conversations.id),
    position: integer(),
    name: text().notNull(),
    type: text().notNull(),
    /** Bytes. */
    size: integer().notNull(),
    /** Name under which it is stored; made by the server, says nothing. */
    file: text().notNull(),
    /** Content-ID without its angle brackets, where the HTML of a mail refers to it. */
    contentId: text('content_id'),
    inline: flag('inline').notNull(),
    /** The scheduled reply that it waits with. */
    reservedFor: text('reserved_for'),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    index('attachments_entry').on(t.conversationId, t.position),
    index('attachments_unused').on(t.createdAt, t.conversationId),
    index('attachments_file').on(t.file),
  ],
);
