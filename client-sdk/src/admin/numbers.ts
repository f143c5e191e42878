import type {
  changeNumber,
  listNumbers,
  listOptOuts,
  OptOut,
  PhoneNumber,
  searchNumbers,
} from '@latchbox/shared/http/numbers';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import { type Answer, asked, type Asks, type Body, type Query } from './ask.ts';

export type NumberSearch = Query<typeof searchNumbers>;
/** A number that could be had. */
export type FoundNumber = Answer<typeof searchNumbers>['numbers'][number];
export type NumberChange = Body<typeof changeNumber>;

/** Phone numbers of inboxes. `not_found` everywhere where this server sends no texts. */
export function numbers(client: Asks) {
  return {
    async search(search: NumberSearch, options?: Abortable): Promise<readonly FoundNumber[]> {
      const query = asked(search);
      const answer = client.request<Answer<typeof searchNumbers>>('GET', 'available-numbers', {
        ...options,
        query,
      });
      return (await answer).numbers;
    },
    /** The primary one first. */
    async list(inbox: string, options?: Abortable): Promise<readonly PhoneNumber[]> {
      const answer = client.request<Answer<typeof listNumbers>>('GET', at`inboxes/${inbox}/numbers`, options);
      return (await answer).numbers;
    },
    /** Only admins: it costs money. */
    buy: (inbox: string, number: string): Promise<PhoneNumber> =>
      client.request('POST', at`inboxes/${inbox}/numbers`, { body: { number } }),
    change: (inbox: string, id: string, change: NumberChange): Promise<PhoneNumber> =>
      client.request('PATCH', at`inboxes/${inbox}/numbers/${id}`, { body: change }),
    /** Gives it back for good. Only admins. */
    release: (inbox: string, id: string): Promise<void> =>
      client.request('DELETE', at`inboxes/${inbox}/numbers/${id}`),
    /** Who wants no texts from the numbers of an inbox, the newest 500. */
    async optOuts(inbox: string, options?: Abortable): Promise<readonly OptOut[]> {
      const answer = client.request<Answer<typeof listOptOuts>>(
        'GET',
        at`inboxes/${inbox}/opt-outs`,
        options,
      );
      return (await answer).optOuts;
    },
  };
}
