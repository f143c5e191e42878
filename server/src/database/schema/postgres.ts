/**
 * The tables, for Postgres: the same as `sqlite.ts` beside this file, which says what they mean; a test holds the two together. Only
 * migrations are made from this one, queries are written against the other, which is why flags are 0 and 1 here too. Every
 * text column is `COLLATE "C"` (drizzle cannot say so; the migrations do, and a test looks), so that both databases compare
 * and order bytes.
 */
export * from './postgres/server.ts';
export * from './postgres/directory.ts';
export * from './postgres/contacts.ts';
export * from './postgres/conversations.ts';
export * from './postgres/delivery.ts';
export * from './postgres/log.ts';
export * from './postgres/mail.ts';
export * from './postgres/manners.ts';
export * from './postgres/mailboxes.ts';
export * from './postgres/waiting.ts';
export * from './postgres/texting.ts';
export * from './postgres/calls.ts';
export * from './postgres/hours.ts';
export * from './postgres/notices.ts';
export * from './postgres/inbox-drafts.ts';
export * from './postgres/assignment.ts';
export * from './postgres/seats.ts';
export * from './postgres/users.ts';
export * from './postgres/contact-work.ts';
