/** Moves a conversation into another inbox, with what of it is known by inbox. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { ownerOfContact } from './assignees.ts';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import {
  conversations,
  inboxMembers,
  lockAsks,
  lockEpochs,
  lockLine,
  lockOffers,
  outbox,
} from './schema/sqlite.ts';

const isConversation = () => eq(conversations.id, sql.placeholder('conversationId'));
const value = (name: string) => sql`${sql.placeholder(name)}`;

const move = prepared<{ conversationId: string; from: string; to: string }, { assigneeId: string | null }[]>(
  'moves.conversation',
  (db) =>
    db
      .update(conversations)
      .set({ inboxId: value('to'), teamId: null })
      .where(and(isConversation(), eq(conversations.inboxId, sql.placeholder('from'))))
      .returning({ assigneeId: conversations.assigneeId }),
);
const unassign = prepared<{ conversationId: string }, unknown>('moves.unassign', (db) =>
  db.update(conversations).set({ assigneeId: null, responsibleId: ownerOfContact }).where(isConversation()),
);
/** News of what leaves belongs to the inbox that the conversation is in. */
const moveOutbox = prepared<{ conversationId: string; to: string }, unknown>('moves.outbox', (db) =>
  db
    .update(outbox)
    .set({ inboxId: value('to') })
    .where(eq(outbox.conversationId, sql.placeholder('conversationId'))),
);

/**
 * Puts a conversation into another inbox; false when it is not in `from`. An assignee who is no member there is one no more, and
 * teams belong to inboxes. Its row is locked by the caller, and nobody who may not reply there has anything to do with its lock any more (`concernedBy`).
 */
export async function moveToInbox(
  tx: Tx,
  conversationId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<boolean> {
  const [moved] = await move(tx.db, { conversationId, from, to });
  if (moved === undefined) return false;
  const { assigneeId } = moved;
  const stays = assigneeId === null || (await membersAmong(tx.db, to, [assigneeId])).length > 0;
  if (!stays) await unassign(tx.db, { conversationId });
  await moveOutbox(tx.db, { conversationId, to });
  return true;
}

async function membersAmong(
  db: Handle,
  inboxId: string,
  agentIds: readonly string[],
): Promise<{ agentId: string }[]> {
  return await db
    .select({ agentId: inboxMembers.agentId })
    .from(inboxMembers)
    .where(and(eq(inboxMembers.inboxId, inboxId), inArray(inboxMembers.agentId, [...agentIds])));
}

/** Everybody who has to do with a conversation's lock: who waits, asks or is offered it, and last who holds it. */
export async function concernedBy(db: Handle, conversationId: string): Promise<string[]> {
  const here = { agentId: lockLine.agentId };
  const placed = await db.select(here).from(lockLine).where(eq(lockLine.conversationId, conversationId));
  const offered = await db
    .select({ agentId: lockOffers.agentId })
    .from(lockOffers)
    .where(eq(lockOffers.conversationId, conversationId));
  const asked = await db
    .select({ agentId: lockAsks.agentId })
    .from(lockAsks)
    .where(and(eq(lockAsks.conversationId, conversationId), isNull(lockAsks.closedAt)));
  const holding = await db
    .select({ agentId: lockEpochs.agentId })
    .from(lockEpochs)
    .where(and(eq(lockEpochs.conversationId, conversationId), isNull(lockEpochs.endedAt)));
  const holders = new Set(holding.map(({ agentId }) => agentId));
  const others = [...placed, ...offered, ...asked]
    .map(({ agentId }) => agentId)
    .filter((id) => !holders.has(id));
  return [...new Set([...others, ...holders])];
}
