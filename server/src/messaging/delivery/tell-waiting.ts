import type { Database, Tx } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import { recipientsOf, writeReplyDelivery } from '../../database/reply-recipients.ts';
import { markTold, untoldWaiting, type WaitingMessage } from '../../database/sending-accounts.ts';
import { deliveryFrom, MAX_REASON, tellDelivery } from './delivery-news.ts';

/** Tells of messages that wait for their account why they do, once each; answers how many. At most so many at a time. */
export async function tellWaiting(
  { db, wake }: { readonly db: Database; readonly wake: Wake },
  most: number,
): Promise<number> {
  const waiting = await untoldWaiting(db.read, await db.now(), most);
  if (waiting.length === 0) return 0;
  return await db.inTransaction(async (tx) => {
    const told: WaitingMessage[] = [];
    for (const message of waiting) if (await markTold(tx, message)) told.push(message);
    // By stream: two transactions never wait for each other's counters.
    told.sort((a, b) => (a.inboxId < b.inboxId ? -1 : a.inboxId > b.inboxId ? 1 : 0));
    for (const message of told) await tell(tx, wake, message);
    return told.length;
  });
}

async function tell(tx: Tx, wake: Wake, message: WaitingMessage): Promise<void> {
  const rows = await recipientsOf(tx.db, message);
  const delivery = rows.length === 0 ? ({ state: 'queued' } as const) : deliveryFrom(rows, tx.now);
  // Somebody of several has failed for good: that is what has to be seen.
  if (delivery.state !== 'queued') return;
  const waits = { ...delivery, reason: reasonOf(message) };
  await writeReplyDelivery(tx, message, waits);
  await tellDelivery(tx, { wake }, message, waits);
}

function reasonOf({ waits, lastError }: WaitingMessage): string {
  if (waits === 'rate') return 'only so many mails a minute leave from this address';
  return (lastError ?? 'the mail server cannot be reached').slice(0, MAX_REASON);
}
