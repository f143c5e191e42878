import { z } from 'zod';
import { AccountId } from '../model/account.ts';
import { CallFacts } from '../model/call.ts';
import { ClientId, Id, ServerTime } from '../model/scalars.ts';
import { ComposeTo } from '../realtime/up/conversation-compose.ts';
import { InboxRef, line } from './fields.ts';
import { route } from './route.ts';

const PhoneInput = line(40);
const E164 = z.string().max(16);
const inboxParams = z.strictObject({ inbox: InboxRef });

/** Seconds that phones ring before the next step. */
const Seconds = z.number().int().min(5).max(60);

/** One step of what becomes of a call: phones that ring until one is answered, or until their time is over. */
export const RoutingStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('forward'), number: PhoneInput, seconds: Seconds }),
  /** `members`: their agent ids, in the order in which they ring; null: everybody who may reply. Who has no phone is left out. */
  z.strictObject({
    kind: z.enum(['in_order', 'together']),
    members: z.array(Id).min(1).max(10).nullable(),
    seconds: Seconds,
  }),
]);
export type RoutingStep = z.infer<typeof RoutingStep>;

/** What becomes of calls to the numbers of an inbox (W5): its steps one after the other, then voicemail. */
export const CallRouting = z.strictObject({
  steps: z.array(RoutingStep).max(5),
  /** Null: the caller hears that nobody is there, and no message can be left. */
  voicemail: z
    .strictObject({
      /** Read to the caller before the tone. */
      text: z.string().trim().min(1).max(500),
      /** Longest recording. */
      seconds: z.number().int().min(10).max(600),
      /** The provider writes down what was said, where it can. */
      transcribe: z.boolean(),
    })
    .nullable(),
  /** Whoever picks up presses a key first, so that no voicemail of theirs takes the call. */
  pressToAnswer: z.boolean(),
});
export type CallRouting = z.infer<typeof CallRouting>;

export const getCallRouting = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/call-routing',
  summary: 'What becomes of calls to an inbox',
  params: inboxParams,
  response: CallRouting,
  errors: ['not_found'],
});

export const putCallRouting = route({
  method: 'PUT',
  path: '/api/inboxes/{inbox}/call-routing',
  summary: 'Say what becomes of calls to an inbox: forward, ring members, voicemail (W5)',
  params: inboxParams,
  body: CallRouting,
  response: CallRouting,
  errors: ['forbidden', 'not_found'],
});

const MyPhone = z.strictObject({ phone: E164.nullable() });

export const getMyPhone = route({
  method: 'GET',
  path: '/api/me/phone',
  summary: 'The phone on which calls reach me',
  response: MyPhone,
});

export const putMyPhone = route({
  method: 'PUT',
  path: '/api/me/phone',
  summary: 'Set the phone on which calls reach me, and from which I call; null: none',
  body: z.strictObject({ phone: PhoneInput.nullable() }),
  response: MyPhone,
});

/** A call with everything that happened to it, in order. */
export const CallRecord = z.strictObject({
  conversationId: Id.nullable(),
  /** The contact's number. */
  phone: z.string().max(320),
  agentId: Id.nullable(),
  /** Null while an incoming call rings. */
  call: CallFacts.nullable(),
  steps: z.array(
    z.strictObject({ at: ServerTime, what: z.string(), details: z.record(z.string(), z.unknown()) }),
  ),
});

/**
 * Rings my own phone, and then the contact's, who sees the number of the account (W2). The same `clientId` twice is one call. Who wants
 * no texts can be called all the same. `not_connected`: I have no phone, or the provider cannot be reached. `not_registered`: the account
 * waits for its registration.
 */
export const startCall = route({
  method: 'POST',
  path: '/api/calls',
  summary: 'Call a contact from one of my accounts: my own phone rings first',
  body: z.strictObject({ clientId: ClientId, account: AccountId, to: ComposeTo }),
  response: z.strictObject({ call: CallFacts, conversationId: Id }),
  status: 201,
  errors: ['forbidden', 'not_found', 'not_connected', 'not_registered', 'idempotency_mismatch'],
});

export const getCall = route({
  method: 'GET',
  path: '/api/calls/{call}',
  summary: 'A call, and what happened to it step by step',
  params: z.strictObject({ call: Id }),
  response: CallRecord,
  errors: ['not_found'],
});
