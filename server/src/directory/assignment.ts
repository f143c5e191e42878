/** How inboxes assign by themselves (T2). What they do by it stands in `messaging/conversations/dealer.ts`. */
import type { Person, Team } from '@latchbox/shared';
import { peopleReplyingIn, teamsReplyingIn } from '../database/assignees.ts';
import {
  type AssignmentSettings,
  assignmentOf,
  holdAssignment,
  writeAssignment,
} from '../database/dealing.ts';
import { writeAudit } from '../database/directory/records.ts';
import { inboxScope } from '../database/inbox-scope.ts';
import { administer } from './admin.ts';
import type { Actor } from './api.ts';
import { changes } from './changes.ts';
import type { DirectoryDeps } from './deps.ts';
import { managedInbox, visibleInbox } from './inbox-access.ts';

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface Assignment {
  /** Throws `not_found`. */
  get(actor: Actor, inbox: string): Promise<AssignmentSettings>;
  /** What is left out keeps its value. Throws `not_found`, `forbidden`. */
  change(actor: Actor, inbox: string, change: Given<AssignmentSettings>): Promise<AssignmentSettings>;
  /** Whom conversations of these inboxes (left out: of all) that the actor may see can be assigned to. */
  assignees(
    actor: Actor,
    inboxIds?: readonly string[],
  ): Promise<{ readonly people: Person[]; readonly teams: Team[] }>;
}

export function createAssignment(deps: Pick<DirectoryDeps, 'db' | 'log'>): Assignment {
  const { db } = deps;
  return {
    async get(actor, ref) {
      const { inbox } = await visibleInbox(db.read, actor, ref);
      return await assignmentOf(db.read, inbox.id);
    },
    async change(actor, ref, change) {
      const act = { action: 'inbox.assignment_changed', objectType: 'inbox' };
      return await administer(deps, actor, { ...act, objectId: ref }, async (tx) => {
        const { inbox } = await managedInbox(tx, actor, ref);
        const { turns: _turns, ...before } = await holdAssignment(tx, inbox.id);
        const { roundRobin = before.roundRobin, cap = before.cap, onReply = before.onReply } = change;
        const after = { roundRobin, cap, onReply };
        const details = changes(before, after);
        if (Object.keys(details.after).length === 0) return after;
        await writeAssignment(tx, inbox.id, after);
        await writeAudit(tx, { ...act, objectId: inbox.id, actorId: actor.agentId, details });
        return after;
      });
    },
    assignees: (actor, inboxIds) =>
      db.readTogether(async (read) => {
        const mine = await inboxScope(read, actor.agentId);
        const of = inboxIds === undefined ? mine : mine.filter((id) => inboxIds.includes(id));
        return { people: await peopleReplyingIn(read, of), teams: await teamsReplyingIn(read, of) };
      }),
  };
}
