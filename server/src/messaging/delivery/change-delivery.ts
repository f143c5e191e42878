import { type Delivery, LatchboxError, refuse } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import type { Tx } from '../../database/database.ts';
import { appendEvent } from '../../database/event-log.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import { entryAt } from '../../database/threads.ts';
import type { Author } from '../api.ts';
import type { MessagingDeps } from '../deps.ts';

/**
 * A person decides about the delivery of a stored reply, and everybody is told. `change` answers what it is then; undefined where its
 * state allows no such thing: `conflict`. Throws `not_found` where no reply stands.
 */
export async function changeDelivery(
  tx: Tx,
  deps: Pick<MessagingDeps, 'wake'>,
  author: Author,
  { conversationId, position }: { readonly conversationId: string; readonly position: number },
  change: () => Promise<Delivery | undefined>,
): Promise<void> {
  const { inboxId } = await authorize(tx, author.agentId, 'reply', { conversationId });
  await holdConversation(tx, conversationId);
  const delivery = await change();
  if (delivery === undefined) {
    const entry = await entryAt(tx.db, conversationId, position);
    throw entry?.kind === 'reply' ? new LatchboxError('conflict', {}) : refuse('not_found');
  }
  await appendEvent(
    tx,
    `inbox:${inboxId}`,
    { type: 'reply.delivery', conversationId, position, delivery },
    deps.wake,
  );
}
