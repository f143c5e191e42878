import { LatchboxError, refuse, type UpInput } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import { appendEvent } from '../database/event-log.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { requeueEnded } from '../database/outbox-retry.ts';
import { entryAt } from '../database/threads.ts';
import type { Author } from './api.ts';
import type { MessagingDeps } from './deps.ts';
import type { Poke } from './outbox.ts';

export interface RetryDeps extends MessagingDeps {
  readonly poke: Poke;
}

/**
 * Sends a reply on its way again whose delivery failed for good (T6), or that is held since a restore: under the id it had, with all
 * its attempts before it.
 * Throws `conflict` in every other state, `not_found` where no reply stands.
 */
export async function retry(deps: RetryDeps, author: Author, input: UpInput<'reply.retry'>): Promise<void> {
  const { conversationId, position } = input;
  await deps.db.inTransaction(async (tx) => {
    const { inboxId } = await authorize(tx, author.agentId, 'reply', { conversationId });
    await holdConversation(tx, conversationId);
    if (!(await requeueEnded(tx, { conversationId, position }))) {
      const entry = await entryAt(tx.db, conversationId, position);
      throw entry?.kind === 'reply' ? new LatchboxError('conflict', {}) : refuse('not_found');
    }
    await appendEvent(
      tx,
      `inbox:${inboxId}`,
      { type: 'reply.delivery', conversationId, position, delivery: { state: 'queued' } },
      deps.wake,
    );
    tx.afterCommit(deps.poke);
  });
}
