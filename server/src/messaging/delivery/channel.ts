import type { ChannelName } from '@latchbox/shared';

export interface OutgoingRecipient {
  readonly kind: 'to' | 'cc' | 'bcc';
  readonly name: string;
  readonly address: string;
}

/** A reply on its way to a customer. */
export interface OutgoingMessage {
  /** Under which the provider knows this message: the same at every attempt, so that it can recognise a repetition. */
  readonly messageKey: string;
  readonly inboxId: string;
  readonly conversationId: string;
  /** The contact of the conversation. */
  readonly to: { readonly name: string; readonly address: string };
  /** To whom it still has to be given: whoever has it already is not among them (I17). Empty: nobody is counted singly. */
  readonly recipients: readonly OutgoingRecipient[];
  /** Name of the agent who wrote it. */
  readonly author: string;
  readonly subject: string;
  readonly body: string;
}

/** What the provider said of one recipient; the words mean what they mean for a message. */
export interface RecipientOutcome {
  readonly address: string;
  readonly status: 'accepted' | 'refused' | 'unreachable';
  /** Shown to the agents: no secrets in it. */
  readonly reason?: string;
  /** The provider's code, as `5.1.1` or `30034`. */
  readonly code?: string;
}

/** What may be said besides. Of a recipient who is not named the answer as a whole is true. */
interface Each {
  readonly recipients?: readonly RecipientOutcome[];
}

/**
 * What the provider said. `refused` is for good (5xx): it is not tried again. `unreachable` means that the provider certainly
 * does not have the message (4xx, no connection): it is tried again later. When it cannot be known whether the provider took
 * the message, `deliver` throws, and the attempt is counted as ambiguous. `accepted` may be true of some recipients alone: then
 * the message comes again for those that were unreachable.
 */
export type DeliveryAnswer =
  | ({
      readonly status: 'accepted';
      /** Under which the provider will speak of it. */
      readonly providerIds?: readonly string[];
    } & Each)
  | ({ readonly status: 'refused'; readonly reason: string; readonly code?: string } & Each)
  | ({
      readonly status: 'unreachable';
      readonly reason: string;
      readonly code?: string;
      /** `failed`: nothing was said of the message, as there was no connection, no TLS or no sign-in. `works`: it was said of the message. */
      readonly account?: 'failed' | 'works';
    } & Each);

/** What hands messages over. */
export interface Carrier {
  readonly name: ChannelName;
  /**
   * Hands one message to the provider. Repeating it with the same `messageKey` must not give the customer a second copy where
   * the provider can prevent it. `signal` aborts when the claim on the message runs out.
   */
  deliver(message: OutgoingMessage, signal: AbortSignal): Promise<DeliveryAnswer>;
}

/** What messages of a channel can have. */
export interface ChannelAbilities {
  readonly subject: boolean;
  readonly html: boolean;
  /** Cc and Bcc, several recipients at all. */
  readonly copies: boolean;
  /** Null: no files. Bytes are of all files of a message together. */
  readonly files: { readonly most: number; readonly bytes: number } | null;
  /** Texts are counted and paid by segments. */
  readonly segments: boolean;
}

/** One thing that a check looked at (H4). `cure`: what to do, in words for whoever set it up. */
export interface CheckedPart {
  /** As `sign-in`, `receive`, `send`. */
  readonly part: string;
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly problem?: string;
  readonly cure?: string;
}

/** A way to customers and back. What comes in goes to `messaging/receiving/receive`. */
export interface Channel extends Carrier {
  describe(): ChannelAbilities;
  /** Tries a connection part by part. Throws `not_found` for an account that is not of this channel. */
  check(accountId: string): Promise<readonly CheckedPart[]>;
  /** Begins to receive, where that needs doing; of all servers the ones with the role `worker` are asked to. */
  start(): void;
  /** Receives no more, and resolves when what is under way has been written down. */
  stop(): Promise<void>;
}

export const accepted: DeliveryAnswer = { status: 'accepted' };

/** The provider does not want this message, now or later. `reason` is shown to the agents: no secrets in it. */
export function refused(reason: string): DeliveryAnswer & { readonly status: 'refused' } {
  return { status: 'refused', reason };
}

/** The provider could not be asked, or asked to come back later. */
export function unreachable(reason: string): DeliveryAnswer & { readonly status: 'unreachable' } {
  return { status: 'unreachable', reason };
}
