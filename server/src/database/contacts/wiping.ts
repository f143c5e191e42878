/** Takes the texts and files of conversations away (T15). What happened, when and by whom stays, and so do all counts. */
import { and, asc, eq, inArray, isNull, lt, lte, notInArray, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { notificationsAbout } from '../notifications.ts';
import {
  addressTroubles,
  attachments,
  automaticAnswers,
  calls,
  callSteps,
  contactAddresses,
  contactImportRows,
  contactTags,
  conversations,
  correspondences,
  drafts,
  entries,
  events,
  inboxRetention,
  lockEpochs,
  mails,
  notifications,
  outbox,
  replies,
  replyRecipients,
  scheduledReplies,
  simulatorDeliveries,
  smsThreads,
  voicemails,
} from '../schema/sqlite.ts';

/** What stands where a text was. */
export const ERASED = '(erased)';

/** What is said of a row of a file about somebody who was erased. */
export const ROW_ERASED = 'was erased.';

/** Whether an address was somebody's who was erased: nothing can be sent to it. */
export const isErased = (address: string): boolean => address.startsWith('erased:');

/** Takes away what was written and sent in a conversation. Files without a row are swept from the disk a little later. */
export async function wipeConversation(tx: Tx, id: string): Promise<void> {
  const { db } = tx;
  await db
    .update(entries)
    .set({ body: ERASED, extra: null })
    .where(and(eq(entries.conversationId, id), inArray(entries.kind, ['message', 'reply', 'note'])));
  await db
    .update(replies)
    .set({ deliveryRecipients: null, deliveryReason: null })
    .where(eq(replies.conversationId, id));
  await db.delete(replyRecipients).where(eq(replyRecipients.conversationId, id));
  await db.update(drafts).set({ body: '' }).where(eq(drafts.conversationId, id));
  await db
    .update(mails)
    .set({ raw: null, file: null, html: null, subject: '', sender: '', recipients: '[]', problem: null })
    .where(eq(mails.conversationId, id));
  await db.delete(attachments).where(eq(attachments.conversationId, id));
  await db
    .update(scheduledReplies)
    .set({ reply: '{}' })
    .where(and(eq(scheduledReplies.conversationId, id), sql`${scheduledReplies.state} <> 'waiting'`));
  await db.update(voicemails).set({ transcript: null, url: '' }).where(eq(voicemails.conversationId, id));
  await db
    .update(conversations)
    .set({ subject: ERASED, previewText: ERASED, wipedAt: tx.now })
    .where(eq(conversations.id, id));
  await wipeTold(tx, id);
}

const withoutSubject = (json: string): string =>
  JSON.stringify(JSON.parse(json), (key, value: unknown) => (key === 'subject' ? ERASED : value));

/** Takes the subject out of what colleagues were told of a conversation, and out of the events that told them; those keep their places. */
async function wipeTold({ db }: Tx, conversationId: string): Promise<void> {
  for (const { id, agentId, data, seq } of await notificationsAbout(db, conversationId)) {
    await db
      .update(notifications)
      .set({ data: withoutSubject(data) })
      .where(eq(notifications.id, id));
    if (seq === null) continue;
    const telling = and(eq(events.stream, `agent:${agentId}`), eq(events.seq, seq));
    const rows = await db.select({ data: events.data }).from(events).where(telling);
    for (const row of rows)
      await db
        .update(events)
        .set({ data: withoutSubject(row.data) })
        .where(telling);
  }
}

/** What tells of the person besides the texts: the number of calls and texts, what was delivered in the simulator. */
export async function wipeTraces(tx: Tx, id: string, name: string): Promise<void> {
  const { db } = tx;
  const ofConversation = db.select({ id: calls.id }).from(calls).where(eq(calls.conversationId, id));
  await db.update(callSteps).set({ details: '{}' }).where(inArray(callSteps.callId, ofConversation));
  await db.update(calls).set({ address: '' }).where(eq(calls.conversationId, id));
  await db
    .update(smsThreads)
    .set({ address: `erased:${id}` })
    .where(eq(smsThreads.conversationId, id));
  await db
    .update(conversations)
    .set({ previewAuthor: name })
    .where(and(eq(conversations.id, id), eq(conversations.previewKind, 'message')));
}

/** Takes away who a contact's addresses are, and what is remembered by them; answers in which inboxes they have conversations. */
export async function wipeAddresses(tx: Tx, contactId: string): Promise<string[]> {
  const { db } = tx;
  const rows = await db.select().from(contactAddresses).where(eq(contactAddresses.contactId, contactId));
  const inboxIds = await inboxesOf(db, contactId);
  const all = rows.map(({ address }) => address);
  for (const { id, address, channel } of rows) {
    await db
      .update(contactAddresses)
      .set({ address: `erased:${id}`, name: '' })
      .where(eq(contactAddresses.id, id));
    await db.delete(addressTroubles).where(eq(addressTroubles.address, address));
    if (channel === 'simulator')
      await db
        .update(simulatorDeliveries)
        .set({ body: ERASED, address: `erased:${id}` })
        .where(and(inArray(simulatorDeliveries.inboxId, inboxIds), eq(simulatorDeliveries.address, address)));
  }
  if (all.length > 0 && inboxIds.length > 0)
    await db
      .delete(correspondences)
      .where(and(inArray(correspondences.inboxId, inboxIds), inArray(correspondences.address, all)));
  await db.delete(automaticAnswers).where(eq(automaticAnswers.contactId, contactId));
  await db.delete(contactTags).where(eq(contactTags.contactId, contactId));
  return inboxIds;
}

/** The inboxes that have conversations with a contact. */
export async function inboxesOf(db: Handle, contactId: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: conversations.inboxId })
    .from(contactAddresses)
    .innerJoin(conversations, eq(conversations.addressId, contactAddresses.id))
    .where(eq(contactAddresses.contactId, contactId));
  return rows.map(({ id }) => id);
}

/** Takes what an import remembers of contacts away. */
export async function wipeImported(tx: Tx, importId: string, contactIds: readonly string[]): Promise<void> {
  await tx.db
    .update(contactImportRows)
    .set({ cells: '', change: null })
    .where(
      and(eq(contactImportRows.importId, importId), inArray(contactImportRows.contactId, [...contactIds])),
    );
}

/** Takes what stood in a row of a file away; what was wrong with it says some of that, too. */
export async function wipeCells(
  tx: Tx,
  { importId, row }: { readonly importId: string; readonly row: number },
): Promise<void> {
  const { problem } = contactImportRows;
  await tx.db
    .update(contactImportRows)
    .set({
      cells: '',
      change: null,
      problem: sql`CASE WHEN ${problem} IS NULL THEN NULL ELSE ${ROW_ERASED} END`,
    })
    .where(and(eq(contactImportRows.importId, importId), eq(contactImportRows.row, row)));
}

/** Forgets the oldest events of an inbox up to one; whoever is that far behind loads afresh. Answers how many went. */
export async function dropEvents(tx: Tx, inboxId: string, upTo: number, limit: number): Promise<number> {
  const stream = `inbox:${inboxId}`;
  const [last] = await tx.db
    .select({ seq: events.seq })
    .from(events)
    .where(and(eq(events.stream, stream), lte(events.seq, upTo)))
    .orderBy(asc(events.seq))
    .limit(1)
    .offset(limit - 1);
  const gone = await tx.db
    .delete(events)
    .where(and(eq(events.stream, stream), lte(events.seq, Math.min(upTo, last?.seq ?? upTo))))
    .returning({ seq: events.seq });
  return gone.length;
}

export async function retentionOf(db: Handle, inboxId: string): Promise<number | null> {
  const [row] = await db
    .select({ days: inboxRetention.days })
    .from(inboxRetention)
    .where(eq(inboxRetention.inboxId, inboxId));
  return row?.days ?? null;
}

export async function setRetention(tx: Tx, inboxId: string, days: number | null): Promise<void> {
  if (days === null) await tx.db.delete(inboxRetention).where(eq(inboxRetention.inboxId, inboxId));
  else
    await tx.db
      .insert(inboxRetention)
      .values({ inboxId, days, dueAt: tx.now })
      .onConflictDoUpdate({ target: inboxRetention.inboxId, set: { days, dueAt: tx.now } });
}

export type Retention = typeof inboxRetention.$inferSelect;

export async function dueRetentions(db: Handle, now: number): Promise<Retention[]> {
  return await db.select().from(inboxRetention).where(lte(inboxRetention.dueAt, now));
}

/** Puts the next look off; false when another worker was faster. */
export async function claimRetention(tx: Tx, { inboxId, dueAt }: Retention, next: number): Promise<boolean> {
  const claimed = await tx.db
    .update(inboxRetention)
    .set({ dueAt: next })
    .where(and(eq(inboxRetention.inboxId, inboxId), eq(inboxRetention.dueAt, dueAt)))
    .returning({ id: inboxRetention.inboxId });
  return claimed.length > 0;
}

/** Archived conversations that nothing happened in since, whose texts are there, in the order of time. */
export async function outlived(
  db: Handle,
  inboxId: string,
  before: number,
  after: { readonly lastAt: number; readonly id: string },
  limit: number,
): Promise<{ id: string; lastAt: number; wipe: boolean }[]> {
  const rows = await db
    .select({ id: conversations.id, lastAt: conversations.lastAt, wipedAt: conversations.wipedAt })
    .from(conversations)
    .where(
      and(
        eq(conversations.inboxId, inboxId),
        eq(conversations.status, 'archived'),
        lt(conversations.lastAt, before),
        sql`(${conversations.lastAt}, ${conversations.id}) > (${after.lastAt}, ${after.id})`,
      ),
    )
    .orderBy(asc(conversations.lastAt), asc(conversations.id))
    .limit(limit);
  return rows.map(({ id, lastAt, wipedAt }) => ({ id, lastAt, wipe: wipedAt === null || wipedAt < lastAt }));
}

/** Whether a conversation, which is locked, is still archived and old, and nothing of it is under way. */
export async function mayBeWiped(tx: Tx, id: string, before: number): Promise<boolean> {
  const { db } = tx;
  const under = [
    db
      .select({ id: lockEpochs.conversationId })
      .from(lockEpochs)
      .where(and(eq(lockEpochs.conversationId, id), isNull(lockEpochs.endedAt))),
    db
      .select({ id: outbox.conversationId })
      .from(outbox)
      .where(and(eq(outbox.conversationId, id), inArray(outbox.state, ['queued', 'sending', 'held']))),
    db
      .select({ id: scheduledReplies.conversationId })
      .from(scheduledReplies)
      .where(and(eq(scheduledReplies.conversationId, id), eq(scheduledReplies.state, 'waiting'))),
  ] as const;
  const [row] = await db
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      and(
        eq(conversations.id, id),
        eq(conversations.status, 'archived'),
        lt(conversations.lastAt, before),
        ...under.map((one) => notInArray(conversations.id, one)),
      ),
    );
  return row !== undefined;
}

/** Newest event of an inbox that is older than a time; 0: there is none. */
export async function lastEventBefore(db: Handle, inboxId: string, before: number): Promise<number> {
  const [row] = await db
    .select({ seq: sql<number | null>`max(${events.seq})` })
    .from(events)
    .where(and(eq(events.stream, `inbox:${inboxId}`), lt(events.at, before)));
  return Number(row?.seq ?? 0);
}
