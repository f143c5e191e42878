import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { requeueRecipients } from './reply-recipients.ts';
import { outbox, replies } from './schema/sqlite.ts';

interface Place extends Record<string, unknown> {
  conversationId: string;
  position: number;
}

const requeue = prepared<Place & { now: number }, { id: string }[]>('outboxRetry.queue', (db) =>
  db
    .update(outbox)
    // Its claims go on counting: an attempt from before that ends late writes into nobody else's.
    .set({
      state: 'queued',
      dueAt: sql`${sql.placeholder('now')}`,
      attempts: 0,
      lastError: null,
      waits: null,
    })
    .where(
      and(
        eq(outbox.conversationId, sql.placeholder('conversationId')),
        eq(outbox.position, sql.placeholder('position')),
        inArray(outbox.state, ['failed', 'held']),
      ),
    )
    .returning({ id: outbox.id }),
);
const requeueReply = prepared<Place, unknown>('outboxRetry.reply', (db) =>
  db
    .update(replies)
    .set({ delivery: 'queued', deliveryAt: null, deliveryReason: null, deliveryRecipients: null })
    .where(
      and(
        eq(replies.conversationId, sql.placeholder('conversationId')),
        eq(replies.position, sql.placeholder('position')),
      ),
    ),
);

const endHeld = prepared<Place & { reason: string }, { id: string }[]>('outboxRetry.drop', (db) =>
  db
    .update(outbox)
    .set({ state: 'failed', lastError: sql`${sql.placeholder('reason')}` })
    .where(
      and(
        eq(outbox.conversationId, sql.placeholder('conversationId')),
        eq(outbox.position, sql.placeholder('position')),
        eq(outbox.state, 'held'),
      ),
    )
    .returning({ id: outbox.id }),
);

const withdraw = prepared<Place, { id: string }[]>('outboxRetry.withdraw', (db) =>
  db
    .update(outbox)
    .set({ state: 'withdrawn' })
    .where(
      and(
        eq(outbox.conversationId, sql.placeholder('conversationId')),
        eq(outbox.position, sql.placeholder('position')),
        eq(outbox.state, 'queued'),
        // Whoever claimed it once may have handed it over, whatever came of it.
        eq(outbox.claimNo, 0),
      ),
    )
    .returning({ id: outbox.id }),
);

/** Keeps a reply that nobody ever claimed from being sent, for good. False when somebody did, or it is in any other state. */
export async function withdrawQueued(
  tx: Tx,
  reply: { readonly conversationId: string; readonly position: number },
): Promise<boolean> {
  const { conversationId, position } = reply;
  return (await withdraw(tx.db, { conversationId, position })).length > 0;
}

/** Ends the wait of a reply that is held until a person decides: it stays unsent. False when it is in any other state. */
export async function dropHeld(
  tx: Tx,
  reply: { readonly conversationId: string; readonly position: number },
  reason: string,
): Promise<boolean> {
  const { conversationId, position } = reply;
  return (await endHeld(tx.db, { conversationId, position, reason })).length > 0;
}

/**
 * Puts a reply back into the line whose delivery failed for good, or that is held until a person decides (after a restore); false
 * when it is in any other state.
 */
export async function requeueEnded(
  tx: Tx,
  reply: { readonly conversationId: string; readonly position: number },
): Promise<boolean> {
  const at = { conversationId: reply.conversationId, position: reply.position };
  if ((await requeue(tx.db, { ...at, now: tx.now })).length === 0) return false;
  await requeueReply(tx.db, at);
  await requeueRecipients(tx, at);
  return true;
}
