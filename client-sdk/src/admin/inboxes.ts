import type { listAddresses } from '@latchbox/shared/http/inbox-addresses';
import type { changeInbox, listInboxes } from '@latchbox/shared/http/inboxes';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

/** An inbox; `capability` is null for an admin who is no member of it. */
export type InboxRecord = Answer<typeof listInboxes>['inboxes'][number];
/** A mail address of an inbox. */
export type InboxAddress = Answer<typeof listAddresses>['addresses'][number];

/** What is left out stays; of the times, too. */
export type InboxChange = Body<typeof changeInbox>;

/** The inboxes themselves. */
export function inboxes(client: Asks) {
  return {
    /** One's own; `all`: every inbox, for admins. */
    async list(scope: 'mine' | 'all' = 'mine', options?: Abortable): Promise<readonly InboxRecord[]> {
      const query = { scope };
      const answer = await client.request<Answer<typeof listInboxes>>('GET', 'inboxes', {
        ...options,
        query,
      });
      return answer.inboxes;
    },
    /** Name, code, colour and how its locks work; for admins, and members who manage it. Open pages follow at once. */
    change: (inbox: string, change: InboxChange): Promise<InboxRecord> =>
      client.request('PATCH', at`inboxes/${inbox}`, { body: change }),
    async addresses(inbox: string, options?: Abortable): Promise<readonly InboxAddress[]> {
      const answer = client.request<Answer<typeof listAddresses>>(
        'GET',
        at`inboxes/${inbox}/addresses`,
        options,
      );
      return (await answer).addresses;
    },
  };
}
