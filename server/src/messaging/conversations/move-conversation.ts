import { includesCapability, type StreamId } from '@latchbox/shared';
import { findAccess } from '../../database/authorize.ts';
import { concernedBy, moveToInbox } from '../../database/conversation-moves.ts';
import type { Tx } from '../../database/database.ts';
import { appendEvent } from '../../database/event-log.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import type { MessagingDeps } from '../deps.ts';

/**
 * Moves a conversation from one inbox to another (A1); false when it is not in the first one any more. Whoever may not reply in the
 * other one loses its lock, a place in its line and what was offered to them, before the old inbox is told that it went. The new one
 * learns of it by the event that the caller appends, with the conversation's whole row.
 */
export async function moveConversation(
  tx: Tx,
  { wake, endLocks }: Pick<MessagingDeps, 'wake' | 'endLocks'>,
  conversationId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<boolean> {
  await holdConversation(tx, conversationId);
  // Those who wait before the one who holds: a lock that ends is offered to the next in line.
  for (const agentId of await concernedBy(tx.db, conversationId)) {
    const access = await findAccess(tx.db, agentId, { inboxId: to });
    const stays = access !== undefined && includesCapability(access.capability, 'reply');
    if (!stays) await endLocks?.(tx, { agentId, conversationId });
  }
  if (!(await moveToInbox(tx, conversationId, { from, to }))) return false;
  const stream: StreamId = `inbox:${from}`;
  await appendEvent(tx, stream, { type: 'conversation.moved', conversationId, inboxId: to }, wake);
  return true;
}
