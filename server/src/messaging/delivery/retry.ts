import type { UpInput } from '@latchbox/shared';
import { requeueEnded } from '../../database/outbox-retry.ts';
import type { Author } from '../api.ts';
import { changeDelivery } from './change-delivery.ts';
import type { MessagingDeps } from '../deps.ts';
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
  const at = { conversationId: input.conversationId, position: input.position };
  await deps.db.inTransaction(async (tx) => {
    await changeDelivery(tx, deps, author, at, async () =>
      (await requeueEnded(tx, at)) ? { state: 'queued' } : undefined,
    );
    tx.afterCommit(deps.poke);
  });
}
