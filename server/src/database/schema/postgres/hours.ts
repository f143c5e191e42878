/** Office hours, out of office, who was told of it, and mail to our own people. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, pgTable, text } from 'drizzle-orm/pg-core';
import { time } from './columns.ts';
import { contacts } from './contacts.ts';
import { agents } from './directory.ts';

/** When somebody is there, and what is answered while nobody is: of an inbox or of an agent. */
export const officeHours = pgTable(
  'office_hours',
  {
    kind: text({ enum: ['inbox', 'agent'] }).notNull(),
    ownerId: text('owner_id').notNull(),
    /** JSON of the schedule; null: always there. */
    hours: text(),
    /** JSON of when it answers, and what. */
    outOfOffice: text('out_of_office').notNull(),
    /** Of that JSON: most are off, and are not read. */
    mode: text({ enum: ['off', 'on', 'auto'] }).notNull(),
    changedAt: time('changed_at').notNull(),
    /** When the absence began that went on through the last change; null: there was none. */
    continuesFrom: time('continues_from'),
  },
  (t) => [primaryKey({ columns: [t.kind, t.ownerId] })],
);

/** When a contact was last told that an inbox or an agent is away. */
export const automaticAnswers = pgTable(
  'automatic_answers',
  {
    kind: text({ enum: ['inbox', 'agent'] }).notNull(),
    ownerId: text('owner_id').notNull(),
    contactId: text('contact_id')
      .notNull()
      .references(() => contacts.id),
    at: time('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.ownerId, t.contactId] }),
    index('automatic_answers_contact').on(t.contactId),
  ],
);

/** Mail to our own people about what happened here; it belongs to no conversation. */
export const notices = pgTable(
  'notices',
  {
    id: text().primaryKey(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    subject: text().notNull(),
    body: text().notNull(),
    createdAt: time('created_at').notNull(),
    /** When it is due next; null: it has left, or was given up. */
    dueAt: time('due_at'),
    /** Counts up with every claim: whoever finishes under an older number changes nothing. */
    claimNo: integer('claim_no').notNull(),
    attempts: integer().notNull(),
    sentAt: time('sent_at'),
    /** Why the last attempt failed, for whoever looks. */
    problem: text(),
  },
  (t) => [index('notices_due').on(t.dueAt).where(sql`due_at IS NOT NULL`)],
);
