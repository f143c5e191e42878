import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { flag, time } from './columns.ts';
import { agents } from './directory.ts';

export const contacts = pgTable(
  'contacts',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** The name as it is searched for and put in order: small letters, without accents. */
    nameKey: text('name_key').notNull(),
    /** Whose contact it is (M8); null: nobody's. */
    ownerId: text('owner_id').references(() => agents.id),
    /** Counts up with every change: whoever changes what he saw earlier is refused. */
    version: integer().notNull(),
    /** Whether it stands in the address book; who only wrote to personal inboxes does not (H1). */
    listed: flag('listed').notNull().default(1),
    createdAt: time('created_at').notNull(),
    /** The contact that it is part of since they were merged; null: it stands for itself. Kept, so that it can be taken apart again. */
    mergedInto: text('merged_into'),
    /** When everything that said who it was went; null: it is known. */
    erasedAt: time('erased_at'),
  },
  (t) => [
    index('contacts_list').on(t.nameKey, t.id),
    index('contacts_owner').on(t.ownerId, t.nameKey, t.id).where(sql`owner_id IS NOT NULL`),
  ],
);

/** Where a contact writes from. Whatever came from an address stays with it when contacts are merged or split. */
export const contactAddresses = pgTable(
  'contact_addresses',
  {
    id: text().primaryKey(),
    contactId: text('contact_id')
      .notNull()
      .references(() => contacts.id),
    channel: text({ enum: ['simulator', 'email', 'sms'] }).notNull(),
    address: text().notNull(),
    /** As who wrote from it was called first: the name of the contact that a split makes of it. */
    name: text().notNull(),
    createdAt: time('created_at').notNull(),
    /** When somebody first wrote from it or to it; null: nobody did, and nothing stands under it. */
    usedAt: time('used_at'),
  },
  (t) => [
    uniqueIndex('contact_addresses_address').on(t.channel, t.address),
    index('contact_addresses_contact').on(t.contactId),
  ],
);
