/** What somebody leaves behind who works here no more, or replies in an inbox no more, and how far it has been handed on. */
import { and, asc, count, eq, gt, inArray, isNull, lte, ne, sql } from 'drizzle-orm';
import type { ConversationStatus } from '@latchbox/shared';
import { newId } from '../lib/ids.ts';
import type { Handle, Tx } from './database.ts';
import { forUpdate } from './row-locks.ts';
import {
  apiKeys,
  contacts,
  conversations,
  drafts,
  handOns,
  mailboxes,
  scheduledReplies,
} from './schema/sqlite.ts';

export type HandOn = typeof handOns.$inferSelect;
/** Who leaves what: everything, or (`inboxId`) what is in one inbox; and who did it. */
export type HandOnOf = Pick<HandOn, 'agentId' | 'inboxId' | 'by'>;
type Counts = Pick<HandOn, 'assigned' | 'cleared' | 'drafts' | 'contacts'>;

/** Whoever is the assignee answers for it, and is found by that. */
const isAssigned = (agentId: string, inboxId: string | null) =>
  and(
    eq(conversations.responsibleId, agentId),
    inboxId === null ? undefined : eq(conversations.inboxId, inboxId),
    eq(conversations.assigneeId, agentId),
  );

/** How many conversations of each status an agent is the assignee of, in one inbox or in all. */
export async function assignedTo(
  db: Handle,
  agentId: string,
  inboxId: string | null = null,
): Promise<Record<ConversationStatus, number>> {
  const rows = await db
    .select({ status: conversations.status, n: count() })
    .from(conversations)
    .where(isAssigned(agentId, inboxId))
    .groupBy(conversations.status);
  const of = (status: ConversationStatus) => rows.find((row) => row.status === status)?.n ?? 0;
  return { open: of('open'), snoozed: of('snoozed'), archived: of('archived') };
}

/** Scheduled replies of an agent that wait for their time, in one inbox or in all. */
export async function waitingOf(
  db: Handle,
  agentId: string,
  inboxId: string | null = null,
): Promise<string[]> {
  const rows = await db
    .select({ id: scheduledReplies.id })
    .from(scheduledReplies)
    .innerJoin(conversations, eq(conversations.id, scheduledReplies.conversationId))
    .where(
      and(
        eq(scheduledReplies.agentId, agentId),
        eq(scheduledReplies.state, 'waiting'),
        inboxId === null ? undefined : eq(conversations.inboxId, inboxId),
      ),
    )
    .orderBy(asc(scheduledReplies.id));
  return rows.map(({ id }) => id);
}

export async function mailboxesOwned(db: Handle, agentId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(mailboxes)
    .where(and(eq(mailboxes.ownerId, agentId), isNull(mailboxes.endedAt)));
  return row?.n ?? 0;
}

export async function apiKeysOf(db: Handle, agentId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.agentId, agentId), isNull(apiKeys.endedAt)));
  return row?.n ?? 0;
}

/** Conversations with a reply draft of the agent, after one, in the order of their ids. */
export async function draftsOf(
  db: Handle,
  agentId: string,
  after: string,
  limit: number,
): Promise<{ readonly conversationId: string; readonly inboxId: string }[]> {
  return await db
    .select({ conversationId: drafts.conversationId, inboxId: conversations.inboxId })
    .from(drafts)
    .innerJoin(conversations, eq(conversations.id, drafts.conversationId))
    .where(
      and(
        eq(drafts.agentId, agentId),
        eq(drafts.kind, 'reply'),
        ne(drafts.body, ''),
        gt(drafts.conversationId, after),
      ),
    )
    .orderBy(asc(drafts.conversationId))
    .limit(limit);
}

export async function draftCount(db: Handle, agentId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(drafts)
    .where(and(eq(drafts.agentId, agentId), eq(drafts.kind, 'reply'), ne(drafts.body, '')));
  return row?.n ?? 0;
}

/** Open and snoozed conversations that an agent is still the assignee of. What is archived says who dealt with it. */
export async function toHandOn(
  db: Handle,
  { agentId, inboxId }: Pick<HandOn, 'agentId' | 'inboxId'>,
  limit: number,
): Promise<{ readonly conversationId: string; readonly inboxId: string }[]> {
  const rows = await db
    .select({ conversationId: conversations.id, inboxId: conversations.inboxId })
    .from(conversations)
    .where(and(isAssigned(agentId, inboxId), inArray(conversations.status, ['open', 'snoozed'])))
    .limit(limit);
  // In one order everywhere, so that of two transactions none waits for the other in a circle.
  return rows.sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1));
}

export async function contactsOwned(db: Handle, agentId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(contacts).where(eq(contacts.ownerId, agentId));
  return row?.n ?? 0;
}

/** Gives the next of an agent's contacts to somebody else, or to nobody; answers which. */
export async function handContacts(
  tx: Tx,
  { from, to }: { readonly from: string; readonly to: string | null },
  limit: number,
): Promise<string[]> {
  const some = tx.db
    .select({ id: contacts.id })
    .from(contacts)
    .where(eq(contacts.ownerId, from))
    .orderBy(asc(contacts.nameKey), asc(contacts.id))
    .limit(limit);
  const rows = await forUpdate(tx, some);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return ids;
  await tx.db
    .update(contacts)
    .set({ ownerId: to, version: sql`${contacts.version} + 1` })
    .where(inArray(contacts.id, ids));
  return ids;
}

export async function insertHandOn(
  tx: Tx,
  hand: HandOnOf &
    Pick<HandOn, 'assignmentsTo' | 'draftsTo' | 'contactsTo'> & {
      readonly firstAfter: number;
    },
): Promise<string> {
  const { firstAfter, ...to } = hand;
  const id = newId('hnd');
  const counts = { assigned: 0, cleared: 0, drafts: 0, contacts: 0 };
  await tx.db.insert(handOns).values({ id, ...to, createdAt: tx.now, dueAt: tx.now + firstAfter, ...counts });
  return id;
}

export async function handOnById(db: Handle, id: string): Promise<HandOn | undefined> {
  return (await db.select().from(handOns).where(eq(handOns.id, id)))[0];
}

export async function dueHandOns(db: Handle, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: handOns.id })
    .from(handOns)
    .where(lte(handOns.dueAt, now))
    .orderBy(asc(handOns.dueAt))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** The same, locked to the commit. */
export async function handOnForUpdate(tx: Tx, id: string): Promise<HandOn | undefined> {
  return (await forUpdate(tx, tx.db.select().from(handOns).where(eq(handOns.id, id))))[0];
}

/** Writes down how far it is; `dueAt` null: done. */
export async function noteHandOn(tx: Tx, id: string, counts: Counts, dueAt: number | null): Promise<void> {
  await tx.db
    .update(handOns)
    .set({
      assigned: counts.assigned,
      cleared: counts.cleared,
      drafts: counts.drafts,
      contacts: counts.contacts,
      dueAt,
    })
    .where(eq(handOns.id, id));
}
