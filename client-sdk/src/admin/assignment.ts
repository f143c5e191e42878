import type { changeAssignment, getAssignment, listAssignees } from '@latchbox/shared/http/assignment';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

/** How an inbox assigns by itself. */
export type AssignmentSettings = Answer<typeof getAssignment>;
/** What is left out keeps its value. */
export type AssignmentChange = Body<typeof changeAssignment>;
/** The people and teams that conversations can be assigned to. */
export type Assignees = Answer<typeof listAssignees>;

/** Who gets what: how inboxes assign by themselves, and who can be chosen by hand (T2). */
export function assignment(client: Asks) {
  return {
    get: (inbox: string, options?: Abortable): Promise<AssignmentSettings> =>
      client.request('GET', at`inboxes/${inbox}/assignment`, options),
    change: (inbox: string, change: AssignmentChange): Promise<AssignmentSettings> =>
      client.request('PATCH', at`inboxes/${inbox}/assignment`, { body: change }),
    /** In one inbox; left out: in any of mine. */
    assignees: (inbox?: string, options?: Abortable): Promise<Assignees> =>
      client.request('GET', 'assignees', { ...options, query: { inbox } }),
  };
}
