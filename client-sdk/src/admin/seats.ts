import type {
  configureMailbox,
  grantMailboxLimit,
  listMailboxRequests,
  MailboxRequest,
  MailboxSeat,
  requestMailbox,
} from '@latchbox/shared/http/mailbox-requests';
import type { changeOrganisation, Organisation } from '@latchbox/shared/http/organisation';
import type {
  listPersonalInboxes,
  listReadings,
  readPersonalInbox,
} from '@latchbox/shared/http/personal-inboxes';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import { type Answer, asked, type Asks, type Body, type Query } from './ask.ts';

export type NewMailboxRequest = Body<typeof requestMailbox>;
export type MailboxRequestFilter = Query<typeof listMailboxRequests>;
/** Where the mailbox of a request connects to. */
export type MailboxConfiguration = Body<typeof configureMailbox>;
/** What the check said, and the mailbox where every part works. */
export type ConfiguredMailbox = Answer<typeof configureMailbox>;
export type GrantedLimit = Body<typeof grantMailboxLimit>['granted'];
export type OrganisationChange = Body<typeof changeOrganisation>;
export type PersonalInbox = Answer<typeof listPersonalInboxes>['inboxes'][number];
/** That an admin opened a personal inbox to read it. */
export type PersonalReading = Answer<typeof listReadings>['readings'][number];

/** Mailboxes of one's own: asked for, decided, connected; how many somebody may have. */
export function mailboxRequests(client: Asks) {
  const act = <T = MailboxRequest>(id: string, name: string, body?: object): Promise<T> =>
    client.request('POST', at`mailbox-requests/${id}/${name}`, { body });
  return {
    /** The newest first: one's own, for admins with `scope: 'all'` everybody's. */
    async list(filter: MailboxRequestFilter = {}, options?: Abortable): Promise<readonly MailboxRequest[]> {
      const query = asked(filter);
      const answer = client.request<Answer<typeof listMailboxRequests>>('GET', 'mailbox-requests', {
        ...options,
        query,
      });
      return (await answer).requests;
    },
    get: (id: string, options?: Abortable): Promise<MailboxRequest> =>
      client.request('GET', at`mailbox-requests/${id}`, options),
    /** Approved at once where the address is told to be the person's own. */
    request: (asked: NewMailboxRequest): Promise<MailboxRequest> =>
      client.request('POST', 'mailbox-requests', { body: asked }),
    approve: (id: string, reason?: string): Promise<MailboxRequest> => act(id, 'approve', { reason }),
    decline: (id: string, reason: string): Promise<MailboxRequest> => act(id, 'decline', { reason }),
    withdraw: (id: string): Promise<MailboxRequest> => act(id, 'withdraw'),
    /** To the requested address: whoever reads its mail answers with it. */
    sendCode: (id: string): Promise<MailboxRequest> => act(id, 'send-code'),
    prove: (id: string, code: string): Promise<MailboxRequest> => act(id, 'prove', { code }),
    /** Tries the settings and connects the mailbox if they work. Takes up to 20 s. */
    configure: (id: string, settings: MailboxConfiguration): Promise<ConfiguredMailbox> =>
      act(id, 'configure', settings),
    /** What somebody has of mailboxes and may have. */
    seat: (agent: string, options?: Abortable): Promise<MailboxSeat> =>
      client.request('GET', at`agents/${agent}/mailbox-seat`, options),
    /** Null: as everybody. */
    grant: (agent: string, granted: GrantedLimit): Promise<MailboxSeat> =>
      client.request('PUT', at`agents/${agent}/mailbox-seat`, { body: { granted } }),
  };
}

/** What holds for everybody who works here. */
export function organisation(client: Asks) {
  return {
    get: (options?: Abortable): Promise<Organisation> => client.request('GET', 'organisation', options),
    change: (change: OrganisationChange): Promise<Organisation> =>
      client.request('PATCH', 'organisation', { body: change }),
  };
}

/** Personal inboxes, where the organisation lets admins read them. */
export function personalInboxes(client: Asks) {
  return {
    async list(options?: Abortable): Promise<readonly PersonalInbox[]> {
      const answer = client.request<Answer<typeof listPersonalInboxes>>('GET', 'personal-inboxes', options);
      return (await answer).inboxes;
    },
    /** For an hour; its owner is told. */
    read: (inbox: string, reason: string): Promise<Answer<typeof readPersonalInbox>> =>
      client.request('POST', at`personal-inboxes/${inbox}/readings`, { body: { reason } }),
    close: (inbox: string): Promise<void> => client.request('DELETE', at`personal-inboxes/${inbox}/readings`),
    /** Who read one's own. */
    async readings(inbox: string, options?: Abortable): Promise<readonly PersonalReading[]> {
      const path = at`personal-inboxes/${inbox}/readings`;
      return (await client.request<Answer<typeof listReadings>>('GET', path, options)).readings;
    },
  };
}
