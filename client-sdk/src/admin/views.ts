import type { changeView, createView, listViews } from '@latchbox/shared/http/views';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { ListQuery } from '../sync/list.ts';
import type { Answer, Asks, Body } from './ask.ts';

/** A list under a name; its filter is for `client.list`. */
export type SavedView = Answer<typeof listViews>['views'][number];
export type NewView = Omit<Body<typeof createView>, 'filter'> & { readonly filter: ListQuery };
/** What is left out keeps its value. */
export type ViewChange = Omit<Body<typeof changeView>, 'filter'> & { readonly filter?: ListQuery };

/** Saved views: one's own, and those that colleagues share. */
export function views(client: Asks) {
  return {
    async list(options?: Abortable): Promise<readonly SavedView[]> {
      return (await client.request<Answer<typeof listViews>>('GET', 'views', options)).views;
    },
    create: (view: NewView): Promise<SavedView> => client.request('POST', 'views', { body: view }),
    change: (id: string, change: ViewChange): Promise<SavedView> =>
      client.request('PATCH', at`views/${id}`, { body: change }),
    remove: (id: string): Promise<void> => client.request('DELETE', at`views/${id}`),
  };
}
