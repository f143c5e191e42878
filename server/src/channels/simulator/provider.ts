import type { Database } from '../../database/database.ts';
import { storeDelivery } from '../../database/simulator.ts';
import { accepted, type DeliveryAnswer, type OutgoingMessage } from '../../messaging/delivery/channel.ts';

/**
 * What the pretended provider does with a message. `answer_lost`: takes it, and the connection breaks before it can say so.
 * `silent`: neither takes it nor answers.
 */
export type ProviderAct = DeliveryAnswer | { readonly status: 'answer_lost' } | { readonly status: 'silent' };

/** Decides for each attempt what the provider does; for tests. */
export type ProviderScript = (message: OutgoingMessage) => ProviderAct;

/** The provider side of the simulator: like a good provider, it keeps one copy of every message key. */
export async function provide(
  db: Database,
  message: OutgoingMessage,
  act: ProviderAct,
  signal: AbortSignal,
): Promise<DeliveryAnswer> {
  switch (act.status) {
    case 'accepted':
      await keep(db, message);
      return accepted;
    case 'answer_lost':
      await keep(db, message);
      throw new Error('the connection broke before the answer');
    case 'silent':
      return await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('no answer')), { once: true });
      });
    case 'refused':
    case 'unreachable':
      return act;
  }
}

async function keep(db: Database, message: OutgoingMessage): Promise<void> {
  await db.inTransaction((tx) =>
    storeDelivery(tx, {
      messageKey: message.messageKey,
      inboxId: message.inboxId,
      conversationId: message.conversationId,
      address: message.to.address,
      author: message.author,
      body: message.body,
    }),
  );
}
