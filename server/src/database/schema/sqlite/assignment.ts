/** Who gets what by itself, and lists that somebody keeps under a name. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { flag, time } from './columns.ts';
import { agents, inboxes } from './directory.ts';

/** How an inbox assigns by itself (T2). An inbox without a row does not. */
export const inboxAssignment = sqliteTable('inbox_assignment', {
  inboxId: text('inbox_id')
    .primaryKey()
    .references(() => inboxes.id),
  /** What nobody has goes to those who are there, one after the other. */
  roundRobin: flag('round_robin').notNull(),
  /** Nobody is dealt more while they have so many open ones in this inbox. */
  cap: integer().notNull(),
  /** What nobody has is whose first reply it gets. */
  onReply: flag('on_reply').notNull(),
  /** How many turns there were. */
  turns: integer().notNull(),
});

/** When it was whose turn last, counted in turns of the inbox. */
export const dealtTurns = sqliteTable(
  'dealt_turns',
  {
    inboxId: text('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    turn: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.inboxId, t.agentId] })],
);

/** A list that somebody keeps under a name. */
export const savedViews = sqliteTable(
  'saved_views',
  {
    id: text().primaryKey(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => agents.id),
    /** Everybody's; else its owner's alone. */
    shared: flag('shared').notNull(),
    name: text().notNull(),
    /** JSON of its filter. */
    filter: text().notNull(),
    createdAt: time('created_at').notNull(),
    changedAt: time('changed_at').notNull(),
  },
  (t) => [index('saved_views_owner').on(t.ownerId), index('saved_views_shared').on(t.shared, t.id)],
);
