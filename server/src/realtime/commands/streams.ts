import { presentIn, type PresentDeps } from '../present-in.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { Handlers } from './command.ts';

export interface StreamDeps {
  readonly subscriptions: Subscriptions;
  readonly presence: PresentDeps;
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
