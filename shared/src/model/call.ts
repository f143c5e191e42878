import { z } from 'zod';
import { Id, ServerTime } from './scalars.ts';

/** Why a call reached nobody. */
export const CallWhy = z.enum([
  /** Every phone rang and nobody took it. */
  'no_answer',
  'busy',
  /** The caller gave up first, or the agent did. */
  'hung_up',
  /** Out of office hours. */
  'closed',
  /** There was no phone to ring. */
  'nobody_to_ring',
  /** The agent's own phone was not picked up. */
  'own_phone',
  /** The provider could not place it. */
  'failed',
]);
export type CallWhy = z.infer<typeof CallWhy>;

/** How far a call is. An incoming one becomes an entry when somebody takes it, or nobody did; an outgoing one at once. */
export const CallState = z.discriminatedUnion('name', [
  /** Outgoing: the agent's own phone rings. */
  z.strictObject({ name: z.literal('calling') }),
  /** Outgoing: the contact's phone rings. */
  z.strictObject({ name: z.literal('ringing') }),
  z.strictObject({ name: z.literal('talking'), since: ServerTime }),
  /** They talked for so many seconds. */
  z.strictObject({ name: z.literal('ended'), at: ServerTime, seconds: z.number().int().nonnegative() }),
  /** Incoming, and nobody took it. */
  z.strictObject({ name: z.literal('missed'), at: ServerTime, why: CallWhy }),
  /** Outgoing, and it did not come about. */
  z.strictObject({ name: z.literal('failed'), at: ServerTime, why: CallWhy }),
]);
export type CallState = z.infer<typeof CallState>;

/** A call between one of our numbers and a contact's. */
export const CallFacts = z.strictObject({
  id: Id,
  direction: z.enum(['in', 'out']),
  /** Ours, E.164. */
  number: z.string().max(16),
  /** Which number took it, where it was forwarded to one that is no agent's. */
  forwardedTo: z.string().max(16).optional(),
  startedAt: ServerTime,
  state: CallState,
});
export type CallFacts = z.infer<typeof CallFacts>;

/** A voicemail, as its message knows it: the recording is the message's file, what was said (where the carrier wrote it down) its body. */
export const Voicemail = z.strictObject({ callId: Id, seconds: z.number().int().nonnegative() });
export type Voicemail = z.infer<typeof Voicemail>;
