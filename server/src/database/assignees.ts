/** Whom and which team conversations are assigned to, and who answers for them (M8, T2). */
import { and, asc, eq, exists, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { Person, Team } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forShare, forUpdate } from './row-locks.ts';
import {
  agents,
  contacts,
  conversations,
  inboxAssignment,
  inboxMembers,
  teamMembers,
  teams,
} from './schema/sqlite.ts';

const isConversation = () => eq(conversations.id, sql.placeholder('conversationId'));
const value = (name: string) => sql`${sql.placeholder(name)}`;

/** The owner of a conversation's contact, for a write of the conversation. */
export const ownerOfContact = sql`(SELECT whose.owner_id FROM ${contacts} AS whose WHERE whose.id = ${conversations.contactId})`;
const assignedElseOwner = sql`COALESCE(${sql.placeholder('assigneeId')}, ${ownerOfContact})`;

export interface Assigned {
  readonly assigneeId: string | null;
  readonly teamId: string | null;
}

const selectAssigned = prepared<{ conversationId: string }, Assigned[]>('assignees.of', (db) =>
  db
    .select({ assigneeId: conversations.assigneeId, teamId: conversations.teamId })
    .from(conversations)
    .where(isConversation()),
);
const assign = prepared<
  { conversationId: string; assigneeId: string | null; teamId: string | null },
  unknown
>('assignees.set', (db) =>
  db
    .update(conversations)
    .set({ assigneeId: value('assigneeId'), teamId: value('teamId'), responsibleId: assignedElseOwner })
    .where(isConversation()),
);

/** Sets or clears the assignee, and the team where one is given, of a conversation whose row is locked; answers what changed. */
export async function setAssigned(
  tx: Tx,
  conversationId: string,
  to: { readonly assigneeId: string | null; readonly teamId?: string | null | undefined },
): Promise<'nothing' | 'team' | 'assignee'> {
  const [row] = await selectAssigned(tx.db, { conversationId });
  if (row === undefined) return 'nothing';
  const { assigneeId, teamId = row.teamId } = to;
  const same = row.assigneeId === assigneeId;
  if (same && row.teamId === teamId) return 'nothing';
  await assign(tx.db, { conversationId, assigneeId, teamId });
  return same ? 'team' : 'assignee';
}

const answered = prepared<{ conversationId: string; agentId: string }, { id: string }[]>(
  'assignees.answered',
  (db) =>
    db
      .update(conversations)
      .set({ assigneeId: value('agentId'), responsibleId: value('agentId') })
      .where(
        and(
          isConversation(),
          isNull(conversations.responsibleId),
          exists(
            db
              .select({ id: inboxAssignment.inboxId })
              .from(inboxAssignment)
              .where(
                and(eq(inboxAssignment.inboxId, conversations.inboxId), eq(inboxAssignment.onReply, true)),
              ),
          ),
          exists(
            db
              .select({ id: agents.id })
              .from(agents)
              .where(and(eq(agents.id, sql.placeholder('agentId')), eq(agents.kind, 'person'))),
          ),
        ),
      )
      .returning({ id: conversations.id }),
);

/** Gives what nobody has to the person who answered it, where its inbox is set so; false where it stays as it was. */
export async function assignAnswered(tx: Tx, conversationId: string, agentId: string): Promise<boolean> {
  return (await answered(tx.db, { conversationId, agentId })).length > 0;
}

/** Who may reply in any of these inboxes, by name. */
export async function peopleReplyingIn(db: Handle, inboxIds: readonly string[]): Promise<Person[]> {
  return await db
    .selectDistinct({ id: agents.id, name: agents.name })
    .from(inboxMembers)
    .innerJoin(agents, and(eq(agents.id, inboxMembers.agentId), eq(agents.state, 'active')))
    .where(and(inArray(inboxMembers.inboxId, [...inboxIds]), ne(inboxMembers.capability, 'read')))
    .orderBy(asc(agents.name), asc(agents.id));
}

/** Teams of which somebody may reply in any of these inboxes, by name. */
export async function teamsReplyingIn(
  db: Handle,
  inboxIds: readonly string[],
  teamId?: string,
): Promise<Team[]> {
  return await db
    .selectDistinct({ id: teams.id, name: teams.name })
    .from(inboxMembers)
    .innerJoin(agents, and(eq(agents.id, inboxMembers.agentId), eq(agents.state, 'active')))
    .innerJoin(teamMembers, eq(teamMembers.agentId, inboxMembers.agentId))
    .innerJoin(teams, eq(teams.id, teamMembers.teamId))
    .where(
      and(
        inArray(inboxMembers.inboxId, [...inboxIds]),
        ne(inboxMembers.capability, 'read'),
        teamId === undefined ? undefined : eq(teams.id, teamId),
      ),
    )
    .orderBy(asc(teams.name), asc(teams.id));
}

const readOwner = prepared<{ contactId: string }, { ownerId: string | null }[]>(
  'assignees.ownerShare',
  (db) =>
    forShare(
      db,
      db
        .select({ ownerId: contacts.ownerId })
        .from(contacts)
        .where(eq(contacts.id, sql.placeholder('contactId'))),
    ),
);

/**
 * The owner of a contact, who stays that until the commit: whoever changes it meanwhile waits, and finds the conversation that is begun. On
 * SQLite, which has one writer, as it was read.
 */
export async function ownerToCommit(
  tx: Tx,
  contact: { readonly id: string; readonly ownerId: string | null },
): Promise<string | null> {
  if (tx.dialect === 'sqlite') return contact.ownerId;
  return (await readOwner(tx.db, { contactId: contact.id }))[0]?.ownerId ?? null;
}

/** Locks the conversations of contacts until the commit, in one order. */
export async function holdConversationsOf(tx: Tx, contactId: string): Promise<void> {
  if (tx.dialect === 'sqlite') return;
  const query = tx.db
    .select({ id: conversations.id })
    .from(conversations)
    .where(eq(conversations.contactId, contactId))
    .orderBy(asc(conversations.id));
  await forUpdate(tx, query);
}

const own = prepared<{ contactId: string; ownerId: string | null }, { id: string }[]>(
  'assignees.owner',
  (db) =>
    db
      .update(conversations)
      .set({ responsibleId: value('ownerId') })
      .where(
        and(
          eq(conversations.contactId, sql.placeholder('contactId')),
          isNull(conversations.assigneeId),
          sql`${conversations.responsibleId} IS DISTINCT FROM ${sql.placeholder('ownerId')}`,
        ),
      )
      .returning({ id: conversations.id }),
);

/** Lets an owner (null: nobody) answer for what of a contact is assigned to nobody; answers which conversations changed. */
export async function setOwnerOf(tx: Tx, contactId: string, ownerId: string | null): Promise<string[]> {
  return (await own(tx.db, { contactId, ownerId })).map(({ id }) => id);
}
