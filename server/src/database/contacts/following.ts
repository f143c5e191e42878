/** The conversations of a contact, which follow what happens to it. */
import { and, asc, desc, eq, gt, inArray, notInArray, or, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { forUpdate } from '../row-locks.ts';
import {
  contactAddresses,
  contactChores,
  contacts,
  conversations,
  inboxes,
  inboxMembers,
  lockEpochs,
  outbox,
  scheduledReplies,
} from '../schema/sqlite.ts';

const selectOf = prepared<{ contactId: string; after: string; limit: number }, { id: string }[]>(
  'following.conversations',
  (db) =>
    db
      .select({ id: conversations.id })
      .from(contactAddresses)
      .innerJoin(conversations, eq(conversations.addressId, contactAddresses.id))
      .where(
        and(
          eq(contactAddresses.contactId, sql.placeholder('contactId')),
          gt(conversations.id, sql.placeholder('after')),
        ),
      )
      .orderBy(asc(conversations.id))
      .limit(sql.placeholder('limit')),
);

/** Conversations with a contact's addresses, by id. */
export async function conversationsOf(
  db: Handle,
  contactId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  return (await selectOf(db, { contactId, after, limit })).map(({ id }) => id);
}

/** Lets conversations be the contact's whose address they are with, and their owner's who are assigned to nobody. */
export async function handTo(tx: Tx, contactId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const those = inArray(conversations.id, [...ids]);
  if (tx.dialect === 'postgres')
    await forUpdate(
      tx,
      tx.db.select({ id: conversations.id }).from(conversations).where(those).orderBy(asc(conversations.id)),
    );
  const owner = tx.db.select({ id: contacts.ownerId }).from(contacts).where(eq(contacts.id, contactId));
  await tx.db
    .update(conversations)
    .set({ contactId, responsibleId: sql`COALESCE(${conversations.assigneeId}, (${owner}))` })
    .where(those);
}

export type Chore = typeof contactChores.$inferSelect;

/** Leaves for a worker what is too much for one transaction; from the beginning, if it was under way. */
export async function addChore(tx: Tx, kind: Chore['kind'], contactId: string): Promise<void> {
  await tx.db
    .insert(contactChores)
    .values({ kind, contactId, after: '' })
    .onConflictDoUpdate({ target: [contactChores.kind, contactChores.contactId], set: { after: '' } });
}

export async function nextChores(db: Handle, limit: number): Promise<Chore[]> {
  return await db.select().from(contactChores).limit(limit);
}

/** Notes how far a chore is (null: it is over); false when it was begun anew or done by somebody else. */
export async function moveChore(tx: Tx, chore: Chore, after: string | null): Promise<boolean> {
  const that = and(
    eq(contactChores.kind, chore.kind),
    eq(contactChores.contactId, chore.contactId),
    eq(contactChores.after, chore.after),
  );
  const changed =
    after === null
      ? await tx.db.delete(contactChores).where(that).returning({ id: contactChores.contactId })
      : await tx.db
          .update(contactChores)
          .set({ after })
          .where(that)
          .returning({ id: contactChores.contactId });
  return changed.length > 0;
}

/** What of a contact's conversations is under way, and would be lost. */
export async function underWay(
  db: Handle,
  contactId: string,
): Promise<'held' | 'sending' | 'scheduled' | undefined> {
  const those = db
    .select({ id: conversations.id })
    .from(contactAddresses)
    .innerJoin(conversations, eq(conversations.addressId, contactAddresses.id))
    .where(eq(contactAddresses.contactId, contactId));
  const held = await db
    .select({ id: lockEpochs.conversationId })
    .from(lockEpochs)
    .where(and(inArray(lockEpochs.conversationId, those), sql`${lockEpochs.endedAt} IS NULL`))
    .limit(1);
  if (held.length > 0) return 'held';
  const sending = await db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(inArray(outbox.conversationId, those), inArray(outbox.state, ['queued', 'sending', 'held'])))
    .limit(1);
  if (sending.length > 0) return 'sending';
  const scheduled = await db
    .select({ id: scheduledReplies.id })
    .from(scheduledReplies)
    .where(and(inArray(scheduledReplies.conversationId, those), eq(scheduledReplies.state, 'waiting')))
    .limit(1);
  return scheduled.length > 0 ? 'scheduled' : undefined;
}

/** The newest conversations with a contact, in inboxes of which the agent is a member. */
export async function conversationsNewest(
  db: Handle,
  agentId: string,
  contactId: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ id: conversations.id })
    .from(contactAddresses)
    .innerJoin(conversations, eq(conversations.addressId, contactAddresses.id))
    .innerJoin(
      inboxMembers,
      and(eq(inboxMembers.inboxId, conversations.inboxId), eq(inboxMembers.agentId, agentId)),
    )
    .where(eq(contactAddresses.contactId, contactId))
    .orderBy(desc(conversations.lastAt), desc(conversations.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** How many conversations a contact has in the other inboxes. */
export async function countElsewhere(db: Handle, agentId: string, contactId: string): Promise<number> {
  const mine = db
    .select({ id: inboxMembers.inboxId })
    .from(inboxMembers)
    .where(eq(inboxMembers.agentId, agentId));
  const [row] = await db
    .select({ count: sql<number>`count(*)` })
    .from(contactAddresses)
    .innerJoin(conversations, eq(conversations.addressId, contactAddresses.id))
    .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
    .where(
      and(
        eq(contactAddresses.contactId, contactId),
        notInArray(conversations.inboxId, mine),
        eq(inboxes.kind, 'shared'),
      ),
    );
  return Number(row?.count ?? 0);
}

/** As `conversationsOf`, without those in personal inboxes of others. */
export async function conversationsShown(
  db: Handle,
  agentId: string,
  contactId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ id: conversations.id })
    .from(contactAddresses)
    .innerJoin(conversations, eq(conversations.addressId, contactAddresses.id))
    .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
    .where(
      and(
        eq(contactAddresses.contactId, contactId),
        gt(conversations.id, after),
        or(eq(inboxes.kind, 'shared'), eq(inboxes.ownerId, agentId)),
      ),
    )
    .orderBy(asc(conversations.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}
