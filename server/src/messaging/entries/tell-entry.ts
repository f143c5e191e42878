import type { Entry, StreamId } from '@latchbox/shared';
import type { Tx } from '../../database/database.ts';
import { appendEvent, type Wake } from '../../database/event-log.ts';
import { conversationRow } from '../../database/rows.ts';
import { entryAt } from '../../database/threads.ts';

/** An entry as it was told, and the place of the event that told it. */
export interface Told {
  readonly entry: Entry;
  readonly stream: StreamId;
  readonly seq: number;
}

/**
 * Tells the inbox of an entry that was appended, with the conversation's row as the transaction leaves it. Both are read back,
 * so that the event says what a snapshot says. The last thing to do in a transaction.
 */
export async function tellEntry(
  tx: Tx,
  { wake }: { readonly wake: Wake },
  at: { readonly inboxId: string; readonly conversationId: string; readonly position: number },
): Promise<Told> {
  const entry = await entryAt(tx.db, at.conversationId, at.position);
  if (entry === undefined) throw new Error('an entry vanished inside its transaction');
  return { entry, ...(await tellOf(tx, { wake }, at.inboxId, entry)) };
}

/** As `tellEntry`, for an entry that the caller made itself and that a read would give alike. */
export async function tellOf(
  tx: Tx,
  { wake }: { readonly wake: Wake },
  inboxId: string,
  entry: Entry,
): Promise<{ readonly stream: StreamId; readonly seq: number }> {
  const row = await conversationRow(tx.db, entry.conversationId);
  const stream: StreamId = `inbox:${inboxId}`;
  return { stream, seq: await appendEvent(tx, stream, { type: 'entry.added', entry, row }, wake) };
}
