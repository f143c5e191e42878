/** Status and read marks. */
import { and, eq, sql } from 'drizzle-orm';
import type { ConversationStatus } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations, readMarks } from './schema/sqlite.ts';

const isConversation = () => eq(conversations.id, sql.placeholder('conversationId'));
const value = (name: string) => sql`${sql.placeholder(name)}`;
type Changed = { id: string }[];
/** What is set by itself; a snooze has a time, too. */
type Settable = Exclude<ConversationStatus, 'snoozed'>;

const status = prepared<{ conversationId: string; status: Settable }, Changed>(
  'conversationWrites.status',
  (db) =>
    db
      .update(conversations)
      .set({ status: value('status'), snoozedUntil: null })
      .where(and(isConversation(), sql`${conversations.status} <> ${sql.placeholder('status')}`))
      .returning({ id: conversations.id }),
);

/** Archives or opens, whatever it was before; false when it is that already. */
export async function setConversationStatus(tx: Tx, conversationId: string, to: Settable): Promise<boolean> {
  return (await status(tx.db, { conversationId, status: to })).length > 0;
}

const mark = prepared<{ agentId: string; conversationId: string; position: number }, { position: number }[]>(
  'conversationWrites.mark',
  (db) =>
    db
      .insert(readMarks)
      .values({
        agentId: sql.placeholder('agentId'),
        conversationId: sql.placeholder('conversationId'),
        position: sql.placeholder('position'),
      })
      .onConflictDoUpdate({
        target: [readMarks.agentId, readMarks.conversationId],
        set: { position: value('position') },
        setWhere: sql`${readMarks.position} <> ${sql.placeholder('position')}`,
      })
      .returning({ position: readMarks.position }),
);

/** Sets an agent's read mark; false when it stands there already. */
export async function setReadMark(
  tx: Tx,
  agentId: string,
  conversationId: string,
  position: number,
): Promise<boolean> {
  return (await mark(tx.db, { agentId, conversationId, position })).length > 0;
}

const selectNewest = prepared<{ conversationId: string }, { newest: number }[]>(
  'conversationWrites.newest',
  (db) => db.select({ newest: conversations.newestPosition }).from(conversations).where(isConversation()),
);

/** Position of the newest entry. */
export async function newestPosition(db: Handle, conversationId: string): Promise<number | undefined> {
  return (await selectNewest(db, { conversationId }))[0]?.newest;
}
