/** What makes a restored database safe to go on with (ARCHITECTURE, "Restore"). */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { ConversationRow, EventData } from '@latchbox/shared';
import { newId } from '../lib/ids.ts';
import type { Database, Tx } from './database.ts';
import { writeAudit } from './directory/records.ts';
import { appendEvent } from './event-log.ts';
import { HEARTBEAT_LIMIT } from './instances.ts';
import { endEpoch, openLocks, type OpenLock } from './locks.ts';
import { setMeta } from './meta.ts';
import { conversationRow } from './rows.ts';
import { stopWaiting } from './scheduled.ts';
import {
  conversations,
  instances,
  lockAsks,
  lockLine,
  lockOffers,
  outbox,
  replies,
} from './schema/sqlite.ts';

/** By so much every conversation's fence rises: more locks than this were never given in one since the backup. */
export const FENCES_SKIPPED = 1_000_000;

export interface Restored {
  /** Open locks of the time of the backup: their holders have to take them again. */
  readonly locksEnded: number;
  /** Messages that were not yet sent when the backup was made, scheduled ones among them: whether they have left since, a person has to find out. */
  readonly messagesHeld: number;
}

/** Servers that run on this database right now, or did a few seconds ago, in words; empty when there is none. */
export async function serversOn(db: Database): Promise<string[]> {
  const now = await db.now();
  const rows = await db.read.select().from(instances);
  return rows
    .filter(({ heartbeatAt }) => Math.abs(now - heartbeatAt) <= HEARTBEAT_LIMIT)
    .map(({ pid, host }) => `process ${pid} on ${host}`);
}

/**
 * To be run once on a restored database before any server starts on it; a second time does no harm. In one transaction: a new log
 * epoch, so that clients load afresh instead of replaying numbers that now mean something else; every fence beyond all that were
 * ever given, so that none of them is valid again; open locks, lines and questions over; and what was on its way held, so that
 * nothing is sent twice by itself.
 */
export function afterRestore(db: Database): Promise<Restored> {
  return db.inTransaction(async (tx) => {
    await tx.db.delete(instances);
    await setMeta(tx, 'log_epoch', newId('log'));
    await tx.db
      .update(conversations)
      .set({ lockEpoch: sql`${conversations.lockEpoch} + ${sql.raw(String(FENCES_SKIPPED))}` });
    const locks = await openLocks(tx.db, {});
    for (const lock of locks) await endEpoch(tx, lock, { reason: 'restarted', by: null, under: undefined });
    const waited = await clearLines(tx);
    for (const lock of locks) await tell(tx, lock.conversationId, (row) => ended(lock, row));
    for (const id of waited) {
      if (locks.every(({ conversationId }) => conversationId !== id))
        await tell(tx, id, (row) => ({ type: 'lock.changed', step: 'waiting', row }));
    }
    const messagesHeld = (await holdMessages(tx)) + (await stopWaiting(tx, 'restored'));
    const restored = { locksEnded: locks.length, messagesHeld };
    await writeAudit(tx, {
      actorId: null,
      action: 'deployment.restored',
      objectType: 'deployment',
      objectId: 'this',
      details: restored,
    });
    return restored;
  });
}

const ended = (lock: OpenLock, row: ConversationRow): EventData => ({
  type: 'lock.ended',
  fence: lock.epoch,
  holder: { id: lock.agentId, name: lock.agentName },
  reason: 'restarted',
  by: null,
  row,
});

/** Nobody is there yet who could be woken. */
const quiet = (): void => undefined;

async function tell(tx: Tx, id: string, data: (row: ConversationRow) => EventData): Promise<void> {
  const row = await conversationRow(tx.db, id);
  await appendEvent(tx, `inbox:${row.inboxId}`, data(row), quiet);
}

/** Whoever waited for a lock, was offered one or asked for one has to do so again. Answers in which conversations. */
async function clearLines(tx: Tx): Promise<Set<string>> {
  const waiting = await tx.db.delete(lockLine).returning({ id: lockLine.conversationId });
  const offered = await tx.db.delete(lockOffers).returning({ id: lockOffers.conversationId });
  const asked = await tx.db
    .update(lockAsks)
    .set({ closedAt: tx.now, outcome: 'over' })
    .where(isNull(lockAsks.closedAt))
    .returning({ id: lockAsks.conversationId });
  return new Set([...waiting, ...offered, ...asked].map(({ id }) => id));
}

async function holdMessages(tx: Tx): Promise<number> {
  const held = await tx.db
    .update(outbox)
    .set({ state: 'held', claimDeadline: null, lastError: 'The deployment was restored from a backup.' })
    .where(inArray(outbox.state, ['queued', 'sending']))
    .returning({
      inboxId: outbox.inboxId,
      conversationId: outbox.conversationId,
      position: outbox.position,
    });
  for (const { inboxId, conversationId, position } of held) {
    await tx.db
      .update(replies)
      .set({ delivery: 'held', deliveryAt: null, deliveryReason: null, deliveryRecipients: null })
      .where(and(eq(replies.conversationId, conversationId), eq(replies.position, position)));
    const data = { type: 'reply.delivery', conversationId, position, delivery: { state: 'held' } } as const;
    await appendEvent(tx, `inbox:${inboxId}`, data, quiet);
  }
  return held.length;
}
