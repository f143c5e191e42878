import type { ChannelName } from '@latchbox/shared';

/** A reply on its way to a customer. */
export interface OutgoingMessage {
  /** Under which the provider knows this message: the same at every attempt, so that it can recognise a repetition. */
  readonly messageKey: string;
  readonly inboxId: string;
  readonly conversationId: string;
  readonly to: { readonly name: string; readonly address: string };
  /** Name of the agent who wrote it. */
  readonly author: string;
  readonly subject: string;
  readonly body: string;
}

/**
 * What the provider said. `refused` is for good (5xx): it is not tried again. `unreachable` means that the provider certainly
 * does not have the message (4xx, no connection): it is tried again later. When it cannot be known whether the provider took
 * the message, `deliver` throws, and the attempt is counted as ambiguous.
 */
export type DeliveryAnswer =
  | { readonly status: 'accepted' }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'unreachable'; readonly reason: string };

/** A way to customers. */
export interface Channel {
  readonly name: ChannelName;
  /**
   * Hands one message to the provider. Repeating it with the same `messageKey` must not give the customer a second copy where
   * the provider can prevent it. `signal` aborts when the claim on the message runs out.
   */
  deliver(message: OutgoingMessage, signal: AbortSignal): Promise<DeliveryAnswer>;
}

export const accepted: DeliveryAnswer = { status: 'accepted' };

/** The provider does not want this message, now or later. `reason` is shown to the agents: no secrets in it. */
export function refused(reason: string): DeliveryAnswer {
  return { status: 'refused', reason };
}

/** The provider could not be asked, or asked to come back later. */
export function unreachable(reason: string): DeliveryAnswer {
  return { status: 'unreachable', reason };
}
