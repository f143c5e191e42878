/**
 * The tables, for SQLite. `postgres.ts` beside this file says the same for Postgres and a test holds the two together; all
 * queries are written against the types of this one. Times are epoch milliseconds of the server, texts UTF-8.
 */
export * from './sqlite/server.ts';
export * from './sqlite/directory.ts';
export * from './sqlite/contacts.ts';
export * from './sqlite/conversations.ts';
export * from './sqlite/delivery.ts';
export * from './sqlite/log.ts';
export * from './sqlite/mail.ts';
export * from './sqlite/manners.ts';
export * from './sqlite/mailboxes.ts';
export * from './sqlite/waiting.ts';
export * from './sqlite/texting.ts';
export * from './sqlite/calls.ts';
export * from './sqlite/hours.ts';
export * from './sqlite/notices.ts';
export * from './sqlite/inbox-drafts.ts';
export * from './sqlite/assignment.ts';
export * from './sqlite/seats.ts';
export * from './sqlite/users.ts';
export * from './sqlite/contact-work.ts';
