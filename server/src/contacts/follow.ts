/** Conversations follow their contact: what it is called, whose it is, and which it is after a merge or a split. */
import { addChore, type Chore, conversationsOf, handTo, moveChore } from '../database/contacts/following.ts';
import type { Tx } from '../database/database.ts';
import { appendEvent } from '../database/event-log.ts';
import { conversationRows } from '../database/rows.ts';
import type { ContactsDeps } from './deps.ts';

/** So many conversations follow in the transaction of the change itself; of a contact with more all follow a moment later. */
const AT_ONCE = 20;
/** So many follow in one transaction of a worker: it takes some milliseconds. */
const PORTION = 50;

/** Lets conversations follow changes of contacts, and tells their inboxes. The last thing to do in a transaction. */
export async function followContacts(
  tx: Tx,
  deps: Pick<ContactsDeps, 'wake'>,
  contactIds: readonly string[],
  atOnce = AT_ONCE,
): Promise<void> {
  const followed: string[] = [];
  for (const contactId of [...contactIds].toSorted()) {
    const ids = await conversationsOf(tx.db, contactId, '', atOnce + 1);
    if (ids.length > atOnce) {
      await addChore(tx, 'tell', contactId);
      continue;
    }
    await handTo(tx, contactId, ids);
    followed.push(...ids);
  }
  await tell(tx, deps, followed);
}

/** Does the next part of a chore; false when it is over. */
export async function followSome(tx: Tx, deps: Pick<ContactsDeps, 'wake'>, chore: Chore): Promise<boolean> {
  const ids = await conversationsOf(tx.db, chore.contactId, chore.after, PORTION);
  const last = ids.at(-1);
  if (!(await moveChore(tx, chore, last ?? null)) || last === undefined) return false;
  await handTo(tx, chore.contactId, ids);
  await tell(tx, deps, ids);
  return true;
}

async function tell(tx: Tx, { wake }: Pick<ContactsDeps, 'wake'>, ids: readonly string[]): Promise<void> {
  const rows = await conversationRows(tx.db, ids);
  // In one order everywhere: of two transactions none waits for the other's streams in a circle.
  for (const row of rows.toSorted((a, b) => (a.inboxId < b.inboxId ? -1 : 1)))
    await appendEvent(tx, `inbox:${row.inboxId}`, { type: 'conversation.changed', row }, wake);
}
