import type { ClaimedMessage } from '../../database/outbox.ts';
import type { DeliveryAnswer } from './channel.ts';

/** How an attempt ended. `unknown`: the provider may or may not have the message. */
export type Outcome = DeliveryAnswer | { readonly status: 'unknown'; readonly reason: string };

export interface Finished {
  readonly message: ClaimedMessage;
  readonly outcome: Outcome;
}
