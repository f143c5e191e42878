import type { listMasters, masterChoices, MasterRow, setMasters } from '@latchbox/shared/http/masters';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks } from './ask.ts';

/** What these mailboxes may have as their master, why not the others, and how many open conversations go on with it. */
export type MasterChoices = Answer<typeof masterChoices>;
/** What became of one of several. */
export type MasterResult = Answer<typeof setMasters>['results'][number];

/** At which mailbox the answers to another one are wanted (A1–A4). For the owners of mailboxes, and for admins. */
export function masters(client: Asks) {
  return {
    /** Of one's own mailboxes; for admins of those of `owner`, or of everybody's with `scope: 'all'`. */
    async list(
      of: { readonly owner?: string; readonly scope?: 'mine' | 'all' } = {},
      options?: Abortable,
    ): Promise<readonly MasterRow[]> {
      const query = { owner: of.owner, scope: of.scope };
      const answer = await client.request<Answer<typeof listMasters>>('GET', 'masters', {
        ...options,
        query,
      });
      return answer.mailboxes;
    },
    choices: (mailboxIds: readonly string[], options?: Abortable): Promise<MasterChoices> =>
      client.request('POST', 'masters/choices', { ...options, body: { mailboxIds } }),
    /** Null: none. Rejects with `refused` and its rule. An admin's change is told to the owner. */
    set: (mailboxId: string, masterId: string | null): Promise<MasterRow> =>
      client.request('PUT', at`mailboxes/${mailboxId}/master`, { body: { masterId } }),
    /** Each for itself: what is refused stops none of the others. */
    async setMany(mailboxIds: readonly string[], masterId: string | null): Promise<readonly MasterResult[]> {
      const body = { mailboxIds, masterId };
      return (await client.request<Answer<typeof setMasters>>('PUT', 'masters', { body })).results;
    },
  };
}
