import type {
  changeSending,
  getMySignature,
  getSending,
  putMySignature,
} from '@latchbox/shared/http/sending';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

type Answered = Answer<typeof getMySignature>;
/** What stands below replies. An empty body: nothing. */
export type Signature = NonNullable<Answered['signature']>;
export type SignatureInput = Body<typeof putMySignature>;
/** How long (ms) replies wait before they leave, so that they can be taken back. */
export type SendingSettings = Answer<typeof getSending>;
export type SendingChange = Body<typeof changeSending>;

/** How replies leave: how long they wait. */
export function sending(client: Asks) {
  return {
    get: (options?: Abortable): Promise<SendingSettings> => client.request('GET', 'sending', options),
    /** `organisation` is for admins. */
    change: (change: SendingChange): Promise<SendingSettings> =>
      client.request('PATCH', 'sending', { body: change }),
  };
}

/** What stands below replies (T13): one's own, for an inbox or all of them, else the inbox's. */
export function signatures(client: Asks) {
  const read = async (path: string, options?: object): Promise<Signature | null> =>
    (await client.request<Answered>('GET', path, options)).signature;
  const put = async (path: string, body: SignatureInput, query?: object): Promise<Signature | null> =>
    (await client.request<Answered>('PUT', path, { body, ...query })).signature;
  const mine = (inbox: string | undefined) => ({ query: { inbox } });
  return {
    /** Null: none was set, that of the inbox counts. */
    mine: (inbox?: string, options?: Abortable) => read('me/signature', { ...mine(inbox), ...options }),
    setMine: (signature: SignatureInput, inbox?: string) => put('me/signature', signature, mine(inbox)),
    removeMine: (inbox?: string): Promise<void> => client.request('DELETE', 'me/signature', mine(inbox)),
    ofInbox: (inbox: string, options?: Abortable) => read(at`inboxes/${inbox}/signature`, options),
    setOfInbox: (inbox: string, signature: SignatureInput) => put(at`inboxes/${inbox}/signature`, signature),
    removeOfInbox: (inbox: string): Promise<void> => client.request('DELETE', at`inboxes/${inbox}/signature`),
  };
}
