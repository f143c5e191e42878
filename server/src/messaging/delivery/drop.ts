import type { UpInput } from '@latchbox/shared';
import { writeAudit } from '../../database/directory/records.ts';
import { dropHeld } from '../../database/outbox-retry.ts';
import { failWaiting, recipientsOf, writeReplyDelivery } from '../../database/reply-recipients.ts';
import type { Author } from '../api.ts';
import { changeDelivery } from './change-delivery.ts';
import { deliveryFrom } from './delivery-news.ts';
import type { MessagingDeps } from '../deps.ts';

/**
 * Decides that a reply which is held since a restore is not sent, and writes down who did. It can still be sent by `retry`. Throws
 * `conflict` in every other state, `not_found` where no reply stands.
 */
export async function drop(deps: MessagingDeps, author: Author, input: UpInput<'reply.drop'>): Promise<void> {
  const at = { conversationId: input.conversationId, position: input.position };
  const reason = `Not sent: ${author.agentName} decided so`;
  await deps.db.inTransaction((tx) =>
    changeDelivery(tx, deps, author, at, async () => {
      if (!(await dropHeld(tx, at, reason))) return undefined;
      await failWaiting(tx, at, reason);
      const rows = await recipientsOf(tx.db, at);
      const delivery =
        rows.length === 0 ? ({ state: 'failed', at: tx.now, reason } as const) : deliveryFrom(rows, tx.now);
      await writeReplyDelivery(tx, at, delivery);
      await writeAudit(tx, {
        actorId: author.agentId,
        action: 'reply.dropped',
        objectType: 'conversation',
        objectId: at.conversationId,
        details: { position: at.position },
      });
      return delivery;
    }),
  );
}
