import type { Campaign, getCampaign, putCampaign } from '@latchbox/shared/http/campaigns';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

export type RegistrationFields = Body<typeof putCampaign>;

/** Registrations of teams with the carriers; for admins. `not_found` where this server sends no texts. */
export function registrations(client: Asks) {
  return {
    /** Null: nothing was filled in yet. */
    async of(team: string, options?: Abortable): Promise<Campaign | null> {
      const answer = client.request<Answer<typeof getCampaign>>('GET', at`teams/${team}/campaign`, options);
      return (await answer).campaign;
    },
    put: (team: string, fields: RegistrationFields): Promise<Campaign> =>
      client.request('PUT', at`teams/${team}/campaign`, { body: fields }),
    /** Hands it in; also again, after a rejection. */
    submit: (team: string): Promise<Campaign> => client.request('POST', at`teams/${team}/campaign/submit`),
  };
}
