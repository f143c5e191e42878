import type {
  beginInboxDraft,
  changeInboxDraft,
  InboxDraft,
  InboxOverview,
  listInboxDraftCandidates,
  listInboxDrafts,
  listInboxOverviews,
} from '@latchbox/shared/http/inbox-drafts';
import type { Person } from '@latchbox/shared/model/agent';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

export type InboxDraftFields = Body<typeof beginInboxDraft>;
/** What is left out stays. */
export type InboxDraftChange = Body<typeof changeInboxDraft>;

/** Inboxes that are set up step by step; for admins. */
export function inboxDrafts(client: Asks) {
  return {
    /** Those that were begun and not finished, the one last changed first. */
    async list(options?: Abortable): Promise<readonly InboxDraft[]> {
      const answer = client.request<Answer<typeof listInboxDrafts>>('GET', 'inbox-drafts', options);
      return (await answer).drafts;
    },
    begin: (fields: InboxDraftFields = {}): Promise<InboxDraft> =>
      client.request('POST', 'inbox-drafts', { body: fields }),
    get: (id: string, options?: Abortable): Promise<InboxDraft> =>
      client.request('GET', at`inbox-drafts/${id}`, options),
    change: (id: string, change: InboxDraftChange): Promise<InboxDraft> =>
      client.request('PATCH', at`inbox-drafts/${id}`, { body: change }),
    /** Who could be its members. */
    async candidates(id: string, options?: Abortable): Promise<readonly Person[]> {
      const path = at`inbox-drafts/${id}/candidates`;
      const answer = client.request<Answer<typeof listInboxDraftCandidates>>('GET', path, options);
      return (await answer).people;
    },
    remove: (id: string): Promise<void> => client.request('DELETE', at`inbox-drafts/${id}`),
    /** Buys its number and creates the inbox, once. In the state `confirming` nobody knows yet: ask for it again. */
    confirm: (id: string): Promise<InboxDraft> => client.request('POST', at`inbox-drafts/${id}/confirm`),
    /** Every shared inbox, and where its registration stands. */
    async overview(options?: Abortable): Promise<readonly InboxOverview[]> {
      const answer = client.request<Answer<typeof listInboxOverviews>>('GET', 'inbox-overview', options);
      return (await answer).inboxes;
    },
  };
}
