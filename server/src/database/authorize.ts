import { and, eq, sql } from 'drizzle-orm';
import { type Capability, includesCapability, refuse } from '@latchbox/shared';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, conversations, inboxMembers } from './schema/sqlite.ts';

const memberOfInbox = prepared<{ inboxId: string; agentId: string }, { capability: Capability; active: boolean }[]>(
  'authorize.inbox',
  (db) =>
    db
      .select({ capability: inboxMembers.capability, active: agents.active })
      .from(inboxMembers)
      .innerJoin(agents, eq(agents.id, inboxMembers.agentId))
      .where(and(eq(inboxMembers.inboxId, sql.placeholder('inboxId')), eq(inboxMembers.agentId, sql.placeholder('agentId')))),
);

const memberOfConversation = prepared<
  { conversationId: string; agentId: string },
  { inboxId: string; capability: Capability; active: boolean }[]
>('authorize.conversation', (db) =>
  db
    .select({ inboxId: conversations.inboxId, capability: inboxMembers.capability, active: agents.active })
    .from(conversations)
    .innerJoin(inboxMembers, eq(inboxMembers.inboxId, conversations.inboxId))
    .innerJoin(agents, eq(agents.id, inboxMembers.agentId))
    .where(and(eq(conversations.id, sql.placeholder('conversationId')), eq(inboxMembers.agentId, sql.placeholder('agentId')))),
);

/** What is acted on, by its id. */
export type AccessObject = { readonly inboxId: string } | { readonly conversationId: string };

export interface Access {
  readonly inboxId: string;
  readonly capability: Capability;
}

/**
 * The one check of who may do what, for REST, sockets, pump and files alike. Whoever is no member gets the same `not_found`
 * as for a thing that is not there; a member who may do less than `needs` gets `forbidden`. An admin without membership is
 * no member (M5).
 */
export async function authorize(db: Handle, agentId: string, needs: Capability, object: AccessObject): Promise<Access> {
  const access = await findAccess(db, agentId, object);
  if (access === undefined) throw refuse('not_found');
  if (!includesCapability(access.capability, needs)) throw refuse('forbidden');
  return access;
}

/** As `authorize`, but a stranger is undefined instead of an error. */
export async function findAccess(db: Handle, agentId: string, object: AccessObject): Promise<Access | undefined> {
  if ('inboxId' in object) {
    const [row] = await memberOfInbox(db, { inboxId: object.inboxId, agentId });
    return row?.active === true ? { inboxId: object.inboxId, capability: row.capability } : undefined;
  }
  const [row] = await memberOfConversation(db, { conversationId: object.conversationId, agentId });
  return row?.active === true ? { inboxId: row.inboxId, capability: row.capability } : undefined;
}
