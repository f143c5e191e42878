/** What follows when a contact gets another owner: who answers for its conversations (M8). */
import { holdConversationsOf, setOwnerOf } from '../../database/assignees.ts';
import type { Tx } from '../../database/database.ts';
import { appendEvent, type Wake } from '../../database/event-log.ts';
import { conversationRows } from '../../database/rows.ts';

export interface OwnerChange {
  readonly contactId: string;
  /** Null: nobody owns the contact any more. */
  readonly ownerId: string | null;
}

/**
 * Lets the new owners of contacts answer for those of their conversations that are assigned to nobody, and tells the inboxes. The
 * contacts' own rows are written before, in the same transaction; all changes of a transaction are given at once, because what follows
 * them, the events, comes last. About 0.1 ms for a conversation that changes. Answers how many did.
 */
export async function ownersChanged(
  tx: Tx,
  { wake }: { readonly wake: Wake },
  changes: readonly OwnerChange[],
): Promise<number> {
  const changed: string[] = [];
  // In one order everywhere, so that of two transactions none waits for the other in a circle.
  for (const { contactId, ownerId } of changes.toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1))) {
    await holdConversationsOf(tx, contactId);
    changed.push(...(await setOwnerOf(tx, contactId, ownerId)));
  }
  const rows = await conversationRows(tx.db, changed);
  for (const row of rows.toSorted((a, b) => (a.inboxId < b.inboxId ? -1 : 1)))
    await appendEvent(tx, `inbox:${row.inboxId}`, { type: 'conversation.changed', row }, wake);
  return rows.length;
}

/** As `ownersChanged`, of one contact. */
export function ownerChanged(
  tx: Tx,
  deps: { readonly wake: Wake },
  contactId: string,
  ownerId: string | null,
): Promise<number> {
  return ownersChanged(tx, deps, [{ contactId, ownerId }]);
}
