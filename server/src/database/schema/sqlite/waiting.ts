/** Whom else a lock concerns: who waits for it, whom it is offered to, and who asks for it. */
import { sql } from 'drizzle-orm';
import {
  foreignKey,
  index,
  integer,
  sqliteTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { time } from './columns.ts';
import { conversations, lockEpochs } from './conversations.ts';
import { agents } from './directory.ts';

/** Places in the waiting line of a conversation (L11), one an agent. A place is gone once the lock is offered to its agent. */
export const lockLine = sqliteTable(
  'lock_line',
  {
    conversationId: text('conversation_id')
      .notNull()
      .references(() => conversations.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    /** First come, first served: grows within a conversation. */
    place: integer().notNull(),
    since: time('since').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.conversationId, t.agentId] }),
    uniqueIndex('lock_line_place').on(t.conversationId, t.place),
    index('lock_line_agent').on(t.agentId),
  ],
);

/**
 * To whom a lock is offered, one offer a conversation. `turn`: it is free, and reserved for the next in line, under a lease of
 * its own. `hand_over`: its holder keeps it until the other takes it.
 */
export const lockOffers = sqliteTable(
  'lock_offers',
  {
    conversationId: text('conversation_id')
      .primaryKey()
      .references(() => conversations.id),
    kind: text({ enum: ['turn', 'hand_over'] }).notNull(),
    /**
     * No foreign key: it is written while the conversation's row is locked, and a deactivation locks the agent's row before the
     * conversation's. Its place, or the check of its membership, has proved that the agent is there.
     */
    agentId: text('agent_id').notNull(),
    /** The newest fence when it was made; of a hand-over, the fence of the lock that it would end. */
    epoch: integer().notNull(),
    note: text().notNull(),
    /** Secret, as in `lock_epochs`; empty for a hand-over, which passes on the lease of the lock. */
    leaseToken: text('lease_token').notNull(),
    offeredAt: time('offered_at').notNull(),
    until: time('until').notNull(),
  },
  (t) => [index('lock_offers_until').on(t.until), index('lock_offers_agent').on(t.agentId)],
);

/** Questions of colleagues to the holder of a lock (L12); they stay as part of its history (L19). */
export const lockAsks = sqliteTable(
  'lock_asks',
  {
    id: text().primaryKey(),
    conversationId: text('conversation_id').notNull(),
    epoch: integer().notNull(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    /** The session that gets the lock. */
    sessionId: text('session_id').notNull(),
    note: text().notNull(),
    askedAt: time('asked_at').notNull(),
    deadline: time('deadline').notNull(),
    closedAt: time('closed_at'),
    /** `over`: the lock ended, or went to somebody else. */
    outcome: text({ enum: ['kept', 'passed', 'withdrawn', 'over'] }),
  },
  (t) => [
    uniqueIndex('lock_asks_open').on(t.conversationId, t.epoch, t.agentId).where(sql`closed_at IS NULL`),
    index('lock_asks_due').on(t.deadline).where(sql`closed_at IS NULL`),
    index('lock_asks_agent').on(t.agentId).where(sql`closed_at IS NULL`),
    foreignKey({
      name: 'lock_asks_epoch',
      columns: [t.conversationId, t.epoch],
      foreignColumns: [lockEpochs.conversationId, lockEpochs.epoch],
    }),
  ],
);
