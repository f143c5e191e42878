import type { StreamId } from '@latchbox/shared';
import type { Presence, PresentInInbox } from '../../collaboration/presence.ts';
import type { LiveConnection } from '../connection.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { Handlers } from './command.ts';

export interface StreamDeps {
  readonly subscriptions: Subscriptions;
  readonly presence: Pick<Presence, 'snapshot' | 'inboxesChanged'>;
}

export function streamCommands({
  subscriptions,
  presence,
}: StreamDeps): Handlers<'stream.subscribe' | 'stream.unsubscribe'> {
  return {
    async 'stream.subscribe'(connection, input, call) {
      // Asked twice before the first answer was there: one delivery, and both get the same answer.
      const same = subscriptions.sameAs(connection, input, call.order);
      if (same !== undefined)
        return { ...same, present: await presentIn(presence, connection, input.stream) };
      const { subscription, answer } = await subscriptions.prepare(connection, input);
      call.afterwards = (order) => {
        subscription.answered = order;
        subscriptions.start(subscription);
      };
      // Signals that come from here on are kept for it, so that nothing falls between this look and the delivery.
      return { ...answer, present: await presentIn(presence, connection, input.stream) };
    },

    async 'stream.unsubscribe'(connection, { stream }) {
      subscriptions.end(connection, stream);
      return {};
    },
  };
}

/** Who is there; only inboxes have somebody in them. */
async function presentIn(
  presence: StreamDeps['presence'],
  connection: LiveConnection,
  stream: StreamId,
): Promise<PresentInInbox | null> {
  if (!stream.startsWith('inbox:')) return null;
  const inboxId = stream.slice('inbox:'.length);
  if (!connection.inboxIds.includes(inboxId)) {
    // It became visible after hello.
    connection.inboxIds = [...connection.inboxIds, inboxId];
    presence.inboxesChanged(connection.holder.sessionId, connection.inboxIds);
  }
  return await presence.snapshot(inboxId);
}
