/** Which mailbox asks for its answers at which (A1–A4). What mail that leaves needs of it: `mail-masters.ts`. */
import { and, asc, eq, inArray, isNotNull, isNull, like, or, type SQL, sql } from 'drizzle-orm';
import type { MailOut } from '@latchbox/shared';
import type { MailboxState } from '@latchbox/shared/http/mailboxes';
import { nameOf } from './agent-names.ts';
import type { Handle, Tx } from './database.ts';
import type { EntryExtra } from './entries.ts';
import { addressesOfMailbox } from './mailboxes.ts';
import { forUpdate } from './row-locks.ts';
import { conversations, entries, inboxes, mailboxes } from './schema/sqlite.ts';

/** A mailbox as far as its master goes. */
export interface MasterRow {
  readonly id: string;
  readonly address: string;
  readonly name: string;
  readonly inboxId: string;
  readonly inboxName: string;
  /** Null: it belongs to its inbox alone. */
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly state: MailboxState['status'];
  readonly stateAt: number;
  readonly masterId: string | null;
  /** Who set or cleared it last, and when; null where nobody ever did. */
  readonly masterSetBy: string | null;
  readonly masterSetByName: string | null;
  readonly masterSetAt: number | null;
}

const select = (db: Handle, where: SQL | undefined) =>
  db
    .select({
      id: mailboxes.id,
      address: mailboxes.address,
      name: mailboxes.name,
      inboxId: mailboxes.inboxId,
      // What a personal inbox is called is its owner's business alone.
      inboxName: sql<string>`CASE WHEN ${inboxes.kind} = 'personal' THEN ${mailboxes.address} ELSE ${inboxes.name} END`,
      ownerId: mailboxes.ownerId,
      ownerName: nameOf(mailboxes.ownerId),
      state: mailboxes.state,
      stateAt: mailboxes.stateAt,
      masterId: mailboxes.masterId,
      masterSetBy: mailboxes.masterSetBy,
      masterSetByName: nameOf(mailboxes.masterSetBy),
      masterSetAt: mailboxes.masterSetAt,
    })
    .from(mailboxes)
    .innerJoin(inboxes, eq(inboxes.id, mailboxes.inboxId))
    .where(and(isNull(mailboxes.endedAt), where));

/** Every mailbox that somebody owns, or those of one owner: in order of their addresses. */
export async function ownedMailboxes(db: Handle, ownerId: string | undefined): Promise<MasterRow[]> {
  const whose = ownerId === undefined ? isNotNull(mailboxes.ownerId) : eq(mailboxes.ownerId, ownerId);
  return await select(db, whose).orderBy(asc(mailboxes.address));
}

/** These, and every other that their owners have: all that decides about a master of theirs. In order of their addresses. */
export async function mailboxesAround(db: Handle, ids: readonly string[]): Promise<MasterRow[]> {
  const { where } = await aroundOf(db, ids);
  return await select(db, where).orderBy(asc(mailboxes.address));
}

/** As `mailboxesAround`, and nobody changes any of them before the commit: of two who set masters that cross, one waits. */
export async function holdMailboxesAround(tx: Tx, ids: readonly string[]): Promise<MasterRow[]> {
  const { where, owners } = await aroundOf(tx.db, ids);
  // In the order of their ids, as everybody does who holds several.
  await forUpdate(
    tx,
    tx.db.select({ id: mailboxes.id }).from(mailboxes).where(where).orderBy(asc(mailboxes.id)),
  );
  // A row that waited is read as it stands now; where another one owns it by now, theirs are to be held as well.
  const rows = await select(tx.db, where).orderBy(asc(mailboxes.address));
  const known = rows.every(({ id, ownerId }) => ownerId === null || owners.has(ownerId) || !ids.includes(id));
  return known ? rows : await holdMailboxesAround(tx, ids);
}

async function aroundOf(db: Handle, ids: readonly string[]) {
  const named = inArray(mailboxes.id, [...ids]);
  const rows = await db.selectDistinct({ ownerId: mailboxes.ownerId }).from(mailboxes).where(named);
  const owners = new Set(rows.flatMap(({ ownerId }) => (ownerId === null ? [] : [ownerId])));
  const where = owners.size === 0 ? named : or(named, inArray(mailboxes.ownerId, [...owners]));
  return { where, owners };
}

/** Sets or clears the master of these, and says who did. Nothing that receives or sends has to start again for it. */
export async function writeMaster(
  tx: Tx,
  ids: readonly string[],
  masterId: string | null,
  by: string,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.db
    .update(mailboxes)
    .set({ masterId, masterSetBy: by, masterSetAt: tx.now })
    .where(inArray(mailboxes.id, [...ids]));
}

/** The newest reply of its conversation. */
const isNewestReply = sql`NOT EXISTS (SELECT 1 FROM ${entries} AS later WHERE later.conversation_id = ${entries.conversationId} AND later.kind = 'reply' AND later.position > ${entries.position})`;

/**
 * How many open or snoozed conversations of its inbox were last answered from each of these mailboxes: their next mail leaves with
 * the master that is set by then (A5). One that answers took to the master's inbox is answered from there, and counts no more.
 */
export async function openThrough(
  db: Handle,
  rows: readonly MasterRow[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { id, inboxId } of rows) {
    const own = new Set((await addressesOfMailbox(db, id)).map(({ address }) => address));
    counts.set(id, own.size === 0 ? 0 : await answeredFrom(db, inboxId, own));
  }
  return counts;
}

async function answeredFrom(db: Handle, inboxId: string, own: ReadonlySet<string>): Promise<number> {
  const rows = await db
    .select({ extra: entries.extra })
    .from(conversations)
    .innerJoin(entries, eq(entries.conversationId, conversations.id))
    .where(
      and(
        eq(conversations.inboxId, inboxId),
        inArray(conversations.status, ['open', 'snoozed']),
        eq(conversations.channel, 'email'),
        eq(entries.kind, 'reply'),
        // Leaves out most that left from elsewhere; the sender itself stands in the JSON.
        or(...[...own].map((address) => like(entries.extra, `%"address":"${address}"%`))),
        isNewestReply,
      ),
    );
  return rows.filter(({ extra }) => own.has(senderOf(extra) ?? '')).length;
}

function senderOf(extra: string | null): string | undefined {
  if (extra === null) return undefined;
  const mail = (JSON.parse(extra) as EntryExtra).mail as MailOut | undefined;
  return mail?.from.address.toLowerCase();
}
