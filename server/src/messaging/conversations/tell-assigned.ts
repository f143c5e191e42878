import type { Person } from '@latchbox/shared';
import type { Tx } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import { conversationRow } from '../../database/rows.ts';
import { notify } from '../../notices/notify.ts';
import { titleOf } from '../../notices/title.ts';

interface Assigned {
  readonly conversationId: string;
  readonly to: Person;
  /** Null: it was dealt. */
  readonly by: Person | null;
}

/**
 * Tells somebody that a conversation is theirs now; nobody tells themselves. Appends to the agent's stream: the last
 * thing in its transaction.
 */
export async function tellAssigned(
  tx: Tx,
  deps: { readonly wake: Wake },
  { conversationId, to, by }: Assigned,
): Promise<void> {
  if (to.id === by?.id) return;
  const subject = titleOf(await conversationRow(tx.db, conversationId));
  const notification = { kind: 'assigned' as const, conversationId, subject, by };
  await notify(tx, deps, { agentId: to.id, notification });
}
