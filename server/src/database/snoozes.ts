/** Conversations that are out of the way until a time: putting them there, and finding those whose time has come (T1). */
import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations } from './schema/sqlite.ts';

const isConversation = () => eq(conversations.id, sql.placeholder('conversationId'));
type Changed = { id: string }[];

const snooze = prepared<{ conversationId: string; until: number }, Changed>('snoozes.set', (db) =>
  db
    .update(conversations)
    .set({ status: 'snoozed', snoozedUntil: sql`${sql.placeholder('until')}` })
    // Null is no number: a conversation that is not snoozed is always changed.
    .where(
      and(
        isConversation(),
        sql`(${conversations.snoozedUntil} IS NULL OR ${conversations.snoozedUntil} <> ${sql.placeholder('until')})`,
      ),
    )
    .returning({ id: conversations.id }),
);

/** Snoozes until a moment (epoch ms), whatever the conversation was before; false when it is snoozed until then already. */
export async function setSnooze(tx: Tx, conversationId: string, until: number): Promise<boolean> {
  return (await snooze(tx.db, { conversationId, until })).length > 0;
}

const selectDue = prepared<{ now: number; limit: number }, { id: string }[]>('snoozes.due', (db) =>
  db
    .select({ id: conversations.id })
    .from(conversations)
    .where(lte(conversations.snoozedUntil, sql.placeholder('now')))
    .orderBy(asc(conversations.snoozedUntil))
    .limit(sql.placeholder('limit')),
);

/** Snoozed conversations whose time has come, the longest due first. */
export async function dueSnoozes(db: Handle, now: number, limit: number): Promise<string[]> {
  return (await selectDue(db, { now, limit })).map(({ id }) => id);
}

const wake = prepared<{ conversationId: string; now: number }, Changed>('snoozes.wake', (db) =>
  db
    .update(conversations)
    .set({ status: 'open', snoozedUntil: null })
    .where(and(isConversation(), lte(conversations.snoozedUntil, sql.placeholder('now'))))
    .returning({ id: conversations.id }),
);

/** Opens a conversation whose snooze is due; false when another server, an agent or the customer was first. */
export async function endSnooze(tx: Tx, conversationId: string): Promise<boolean> {
  return (await wake(tx.db, { conversationId, now: tx.now })).length > 0;
}
