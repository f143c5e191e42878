/** Calling, and what becomes of calls: apart from the core, so that nobody loads it who does not call. */
import type { getCall, getMyPhone, putCallRouting, startCall } from '@latchbox/shared/http/calls';
import { type Answer, type Asks, type Body } from './admin/ask.ts';
import { at } from './lib/paths.ts';
import type { Abortable } from './lib/scope.ts';

/** Whom to call, and from which account: the contact sees its number. The same `clientId` twice is one call. */
export type CallInput = Body<typeof startCall>;
/** A call that was begun, and the conversation in which it stands. */
export type StartedCall = Answer<typeof startCall>;
/** A call with everything that happened to it. */
export type CallRecord = Answer<typeof getCall>;
/** What becomes of calls to an inbox: its steps one after the other, then voicemail. */
export type CallRouting = Body<typeof putCallRouting>;

export interface Calls {
  /**
   * Calls a contact: this agent's own phone rings first, then the contact's. What becomes of it stands in the conversation. Rejects
   * with `not_connected` (no phone of one's own, or no provider), `not_registered`, `forbidden`, `not_found`, `invalid`.
   */
  start(input: CallInput): Promise<StartedCall>;
  one(id: string, options?: Abortable): Promise<CallRecord>;
  /** The phone on which calls reach this agent, E.164; null: none. */
  phone(options?: Abortable): Promise<string | null>;
  /** Sets it, and answers it as it is stored. Rejects with `invalid`. */
  setPhone(phone: string | null): Promise<string | null>;
  /** What becomes of calls to an inbox. */
  routing(inbox: string, options?: Abortable): Promise<CallRouting>;
  /** Rejects with `forbidden` for those who do not manage the inbox, and `invalid`. */
  setRouting(inbox: string, routing: CallRouting): Promise<CallRouting>;
}

type MyPhone = Answer<typeof getMyPhone>;

/** Typed functions for calls, over REST with the client's own token. Each rejects with the server's refusal. */
export function callsOf(client: Asks): Calls {
  return {
    start: (body) => client.request('POST', 'calls', { body }),
    one: (id, options) => client.request('GET', at`calls/${id}`, options),
    phone: async (options) => (await client.request<MyPhone>('GET', 'me/phone', options)).phone,
    setPhone: async (phone) => (await client.request<MyPhone>('PUT', 'me/phone', { body: { phone } })).phone,
    routing: (inbox, options) => client.request('GET', at`inboxes/${inbox}/call-routing`, options),
    setRouting: (inbox, body) => client.request('PUT', at`inboxes/${inbox}/call-routing`, { body }),
  };
}
