/** Texts by the provider's ids, and what was heard of each. */
import { and, asc, eq, isNotNull, isNull, lt, notInArray, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { entries, outbox, smsMessages } from '../schema/sqlite.ts';

export interface SmsNews {
  readonly sid: string;
  readonly status: string;
  readonly rank: number;
  readonly errorCode: number | null;
}

export interface SmsPlace {
  readonly conversationId: string;
  readonly position: number;
}

/**
 * Keeps the furthest that was heard of a message that left; also of one that is not known here yet, because its news were
 * faster than the answer to its sending. False: it is no news.
 */
export async function keepNews(tx: Tx, { sid, status, rank, errorCode }: SmsNews): Promise<boolean> {
  const rows = await tx.db
    .insert(smsMessages)
    .values({
      sid,
      direction: 'out',
      conversationId: null,
      position: null,
      status,
      rank,
      toldRank: 0,
      errorCode,
      at: tx.now,
    })
    .onConflictDoUpdate({
      target: smsMessages.sid,
      set: { status, rank, errorCode },
      setWhere: lt(smsMessages.rank, rank),
    })
    .returning({ sid: smsMessages.sid });
  return rows.length > 0;
}

/** Says which entry a message is. */
export async function placeSms(tx: Tx, sid: string, { conversationId, position }: SmsPlace): Promise<void> {
  await tx.db
    .update(smsMessages)
    .set({ conversationId, position })
    .where(and(eq(smsMessages.sid, sid), isNull(smsMessages.conversationId)));
}

/** A message that came in. */
export async function insertSmsIn(
  tx: Tx,
  sid: string,
  { conversationId, position }: SmsPlace,
): Promise<void> {
  await tx.db
    .insert(smsMessages)
    .values({
      sid,
      direction: 'in',
      conversationId,
      position,
      status: 'received',
      rank: 0,
      toldRank: 0,
      errorCode: null,
      at: tx.now,
    })
    .onConflictDoNothing();
}

/** Whether a message that came in was stored already. */
export async function isSmsKnown(db: Handle, sid: string): Promise<boolean> {
  const rows = await db
    .select({ sid: smsMessages.sid })
    .from(smsMessages)
    .where(and(eq(smsMessages.sid, sid), eq(smsMessages.direction, 'in')));
  return rows.length > 0;
}

/** The provider's ids under which an entry left, of those that got less far than `below`: a failed one may be tried again. */
export async function sidsOfEntry(db: Handle, entryId: string, below: number): Promise<string[]> {
  const rows = await db
    .select({ sid: smsMessages.sid })
    .from(smsMessages)
    .innerJoin(
      entries,
      and(eq(entries.conversationId, smsMessages.conversationId), eq(entries.position, smsMessages.position)),
    )
    .where(and(eq(entries.id, entryId), lt(smsMessages.rank, below)));
  return rows.map(({ sid }) => sid);
}

/** Where an entry stands. */
export async function placeOfEntry(db: Handle, entryId: string): Promise<SmsPlace | undefined> {
  const [found] = await db
    .select({ conversationId: entries.conversationId, position: entries.position })
    .from(entries)
    .where(eq(entries.id, entryId));
  return found;
}

export interface UntoldNews extends SmsNews, SmsPlace {}

/**
 * News that their conversations were not told of yet, the oldest first. Those of a message that is still on its way stay: what the
 * outbox writes when it ends comes first.
 */
export async function untoldNews(db: Handle, limit: number): Promise<UntoldNews[]> {
  const rows = await db
    .select({
      sid: smsMessages.sid,
      status: smsMessages.status,
      rank: smsMessages.rank,
      errorCode: smsMessages.errorCode,
      conversationId: smsMessages.conversationId,
      position: smsMessages.position,
    })
    .from(smsMessages)
    .innerJoin(
      outbox,
      and(eq(outbox.conversationId, smsMessages.conversationId), eq(outbox.position, smsMessages.position)),
    )
    .where(
      and(
        // As text, because the index is a partial one and its words must be found again.
        sql`told_rank < rank`,
        isNotNull(smsMessages.conversationId),
        notInArray(outbox.state, ['queued', 'sending']),
      ),
    )
    .orderBy(asc(smsMessages.at), asc(smsMessages.sid))
    .limit(limit);
  return rows.flatMap(({ conversationId, position, ...row }) =>
    conversationId === null || position === null ? [] : [{ ...row, conversationId, position }],
  );
}

/** Notes that the conversation knows; false when another server was faster. */
export async function markTold(tx: Tx, sid: string, rank: number): Promise<boolean> {
  const rows = await tx.db
    .update(smsMessages)
    .set({ toldRank: rank })
    .where(and(eq(smsMessages.sid, sid), lt(smsMessages.toldRank, rank)))
    .returning({ sid: smsMessages.sid });
  return rows.length > 0;
}

/** Forgets news of before `before` (epoch ms) whose message never became known here. */
export async function dropUnknownNews(tx: Tx, before: number): Promise<void> {
  await tx.db
    .delete(smsMessages)
    .where(
      and(
        sql`told_rank < rank`,
        lt(smsMessages.at, before),
        isNull(smsMessages.conversationId),
        eq(smsMessages.direction, 'out'),
      ),
    );
}
