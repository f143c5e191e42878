import type { ConversationRow, EventData } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { appendEvent, type Wake } from '../database/event-log.ts';
import { conversationRow } from '../database/rows.ts';

/** Reads the conversation's row as the transaction leaves it and appends the event that carries it. */
export async function tellLock(
  tx: Tx,
  wake: Wake,
  lock: { readonly conversationId: string; readonly inboxId: string },
  tell: (row: ConversationRow) => EventData,
): Promise<ConversationRow> {
  const row = await conversationRow(tx.db, lock.conversationId);
  await appendEvent(tx, `inbox:${lock.inboxId}`, tell(row), wake);
  return row;
}
