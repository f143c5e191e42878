import { LatchboxError, refuse, type UpInput } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import { writeAudit } from '../database/directory/records.ts';
import { appendEvent } from '../database/event-log.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { writeDelivery } from '../database/outbox.ts';
import { dropHeld } from '../database/outbox-retry.ts';
import { entryAt } from '../database/threads.ts';
import type { Author } from './api.ts';
import type { MessagingDeps } from './deps.ts';

/**
 * Decides that a reply which is held since a restore is not sent, and writes down who did. It can still be sent by `retry`. Throws
 * `conflict` in every other state, `not_found` where no reply stands.
 */
export async function drop(deps: MessagingDeps, author: Author, input: UpInput<'reply.drop'>): Promise<void> {
  const { conversationId, position } = input;
  const reason = `Not sent: ${author.agentName} decided so`;
  await deps.db.inTransaction(async (tx) => {
    const { inboxId } = await authorize(tx, author.agentId, 'reply', { conversationId });
    await holdConversation(tx, conversationId);
    if (!(await dropHeld(tx, { conversationId, position }, reason))) {
      const entry = await entryAt(tx.db, conversationId, position);
      throw entry?.kind === 'reply' ? new LatchboxError('conflict', {}) : refuse('not_found');
    }
    await writeDelivery(tx, { conversationId, position }, 'failed', reason);
    await writeAudit(tx, {
      actorId: author.agentId,
      action: 'reply.dropped',
      objectType: 'conversation',
      objectId: conversationId,
      details: { position },
    });
    const delivery = { state: 'failed', at: tx.now, reason } as const;
    await appendEvent(
      tx,
      `inbox:${inboxId}`,
      { type: 'reply.delivery', conversationId, position, delivery },
      deps.wake,
    );
  });
}
