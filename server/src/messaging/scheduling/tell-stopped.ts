import type { Tx } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import { conversationRow } from '../../database/rows.ts';
import { notify } from '../../notices/notify.ts';
import { titleOf } from '../../notices/title.ts';
import { tellSchedule } from './schedule.ts';

/**
 * Tells the author of a scheduled reply that it was not sent, and why: whoever sends later is often not there any more when the time
 * comes. Appends to the agent's stream: the last thing in its transaction.
 */
export async function tellStopped(tx: Tx, deps: { readonly wake: Wake }, id: string): Promise<void> {
  const { author, conversationId, reason } = await tellSchedule(tx, deps, id);
  const subject = titleOf(await conversationRow(tx.db, conversationId));
  const notification = {
    kind: 'reply_stopped' as const,
    scheduledId: id,
    conversationId,
    subject,
    reason: reason ?? '',
  };
  await notify(tx, deps, { agentId: author.id, notification });
}
