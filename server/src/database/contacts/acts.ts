/** Merges and splits of contacts, kept so that they can be undone. */
import { and, asc, desc, eq, isNull, or, sql } from 'drizzle-orm';
import { newId } from '../../lib/ids.ts';
import { nameOf } from '../agent-names.ts';
import type { Handle, Tx } from '../database.ts';
import { forUpdate } from '../row-locks.ts';
import {
  automaticAnswers,
  contactActs,
  contactAddresses,
  contacts,
  conversations,
  inboxes,
} from '../schema/sqlite.ts';

/** What is needed to take it apart again, or to put it together. */
export interface ActData {
  readonly parts: readonly {
    readonly id: string;
    readonly name: string;
    readonly addressIds: readonly string[];
    /** The tags that it had. */
    readonly tags: readonly string[];
  }[];
  /** Tags that the contact that stayed got from the others. */
  readonly tags: readonly string[];
  /** The owner that it got from one of them. */
  readonly ownerId?: string;
}

export type StoredAct = typeof contactActs.$inferSelect;

export async function insertAct(
  tx: Tx,
  act: Pick<StoredAct, 'kind' | 'contactId' | 'actorId'> & { readonly data: ActData },
): Promise<string> {
  const id = newId('act');
  await tx.db.insert(contactActs).values({ ...act, id, at: tx.now, data: JSON.stringify(act.data) });
  return id;
}

/** The newest ones of a contact first. */
export async function actsOf(
  db: Handle,
  contactId: string,
): Promise<(StoredAct & { readonly actorName: string | null })[]> {
  const rows = await db
    .select({ act: contactActs, actorName: nameOf(contactActs.actorId) })
    .from(contactActs)
    .where(eq(contactActs.contactId, contactId))
    .orderBy(desc(contactActs.at), desc(contactActs.id))
    .limit(50);
  return rows.map(({ act, actorName }) => ({ ...act, actorName }));
}

export async function actForUpdate(tx: Tx, id: string): Promise<StoredAct | undefined> {
  return (await forUpdate(tx, tx.db.select().from(contactActs).where(eq(contactActs.id, id))))[0];
}

/** False: it was undone meanwhile. */
export async function markUndone(tx: Tx, id: string): Promise<boolean> {
  const done = await tx.db
    .update(contactActs)
    .set({ undoneAt: tx.now })
    .where(and(eq(contactActs.id, id), isNull(contactActs.undoneAt)))
    .returning({ id: contactActs.id });
  return done.length > 0;
}

/** What was merged and is part of it now. */
export async function partsOf(db: Handle, contactId: string): Promise<string[]> {
  const rows = await db
    .select({ id: contacts.id })
    .from(contacts)
    .where(eq(contacts.mergedInto, contactId))
    .orderBy(asc(contacts.id));
  return rows.map(({ id }) => id);
}

/** Lets what answered the parts automatically count for the whole. */
export async function moveAnswers(tx: Tx, from: string, to: string): Promise<void> {
  const rows = await tx.db.select().from(automaticAnswers).where(eq(automaticAnswers.contactId, from));
  for (const { kind, ownerId, at } of rows) {
    await tx.db
      .insert(automaticAnswers)
      .values({ kind, ownerId, contactId: to, at })
      .onConflictDoUpdate({
        target: [automaticAnswers.kind, automaticAnswers.ownerId, automaticAnswers.contactId],
        set: { at: sql`CASE WHEN ${automaticAnswers.at} > ${at} THEN ${automaticAnswers.at} ELSE ${at} END` },
      });
  }
  await tx.db.delete(automaticAnswers).where(eq(automaticAnswers.contactId, from));
}

/** How many conversations a contact has, without those in personal inboxes of others than the agent. */
export async function countConversations(db: Handle, agentId: string, contactId: string): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)` })
    .from(contactAddresses)
    .innerJoin(conversations, eq(conversations.addressId, contactAddresses.id))
    .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
    .where(
      and(
        eq(contactAddresses.contactId, contactId),
        or(eq(inboxes.kind, 'shared'), eq(inboxes.ownerId, agentId)),
      ),
    );
  return Number(row?.count ?? 0);
}

/** Forgets merges and splits of a contact, with the names in them. */
export async function forgetActs(tx: Tx, contactId: string): Promise<void> {
  await tx.db.delete(contactActs).where(eq(contactActs.contactId, contactId));
}
