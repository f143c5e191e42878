import type { listTeams } from '@latchbox/shared/http/teams';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks } from './ask.ts';

export type Team = Answer<typeof listTeams>['teams'][number];

/** Teams; for admins. */
export function teams(client: Asks) {
  return {
    async list(options?: Abortable): Promise<readonly Team[]> {
      return (await client.request<Answer<typeof listTeams>>('GET', 'teams', options)).teams;
    },
  };
}
