/** Office hours, out of office, and who was told of it. */
import { index, primaryKey, pgTable, text } from 'drizzle-orm/pg-core';
import { time } from './columns.ts';
import { contacts } from './contacts.ts';

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
