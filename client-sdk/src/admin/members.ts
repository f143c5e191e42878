import type { getMemberHoldings, listCandidates, listMembers } from '@latchbox/shared/http/inboxes';
import type { Capability } from '@latchbox/shared/model/agent';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks } from './ask.ts';

export type InboxMember = Answer<typeof listMembers>['members'][number];
/** Who could be added; `waits`: nobody can be now. */
export type InboxCandidates = Answer<typeof listCandidates>;

/** What would be left behind. */
export type MemberHoldings = Answer<typeof getMemberHoldings>;
/** To whom goes what is assigned to somebody who may reply no more; left out: to nobody. */
export interface MemberLeaves {
  readonly assignmentsTo?: string | undefined;
}

/** Who belongs to an inbox; for admins, and members who manage it. */
export function members(client: Asks) {
  return {
    async list(inbox: string, options?: Abortable): Promise<readonly InboxMember[]> {
      const answer = client.request<Answer<typeof listMembers>>('GET', at`inboxes/${inbox}/members`, options);
      return (await answer).members;
    },
    candidates: (inbox: string, options?: Abortable): Promise<InboxCandidates> =>
      client.request('GET', at`inboxes/${inbox}/candidates`, options),
    holdings: (inbox: string, agent: string, options?: Abortable): Promise<MemberHoldings> =>
      client.request('GET', at`inboxes/${inbox}/members/${agent}/holdings`, options),
    /** Adds somebody of the inbox's team, or changes what a member may do. */
    put: (
      inbox: string,
      agent: string,
      capability: Capability,
      { assignmentsTo }: MemberLeaves = {},
    ): Promise<InboxMember> =>
      client.request('PUT', at`inboxes/${inbox}/members/${agent}`, { body: { capability, assignmentsTo } }),
    /** Takes effect on open pages within a second. */
    remove: (inbox: string, agent: string, { assignmentsTo }: MemberLeaves = {}): Promise<void> =>
      client.request('DELETE', at`inboxes/${inbox}/members/${agent}`, { query: { assignmentsTo } }),
  };
}
