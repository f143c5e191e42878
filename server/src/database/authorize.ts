import { and, eq, sql } from 'drizzle-orm';
import { type Capability, includesCapability, refuse } from '@latchbox/shared';
import type { AgentState } from '@latchbox/shared/model/agent';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forShare } from './row-locks.ts';
import { agents, conversations, inboxMembers } from './schema/sqlite.ts';

interface Found {
  readonly inboxId: string;
  readonly capability: Capability;
  readonly state: AgentState;
}

const found = { inboxId: inboxMembers.inboxId, capability: inboxMembers.capability, state: agents.state };

function ofInbox(db: Handle) {
  return db
    .select(found)
    .from(inboxMembers)
    .innerJoin(agents, eq(agents.id, inboxMembers.agentId))
    .where(
      and(
        eq(inboxMembers.inboxId, sql.placeholder('id')),
        eq(inboxMembers.agentId, sql.placeholder('agentId')),
      ),
    );
}

function ofConversation(db: Handle) {
  return db
    .select(found)
    .from(conversations)
    .innerJoin(inboxMembers, eq(inboxMembers.inboxId, conversations.inboxId))
    .innerJoin(agents, eq(agents.id, inboxMembers.agentId))
    .where(
      and(eq(conversations.id, sql.placeholder('id')), eq(inboxMembers.agentId, sql.placeholder('agentId'))),
    );
}

interface Values extends Record<string, unknown> {
  id: string;
  agentId: string;
}
const readInbox = prepared<Values, Found[]>('authorize.inbox', ofInbox);
const readConversation = prepared<Values, Found[]>('authorize.conversation', ofConversation);
// Held to the commit, so that nobody can be removed, lowered or deactivated between the check and the act. The agent too: what it
// writes refers to it, and who deactivates it locks it before any conversation.
const holdInbox = prepared<Values, Found[]>('authorize.inboxShare', (db) =>
  forShare(db, ofInbox(db), inboxMembers, agents),
);
const holdConversation = prepared<Values, Found[]>('authorize.conversationShare', (db) =>
  forShare(db, ofConversation(db), inboxMembers, agents),
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
 * no member (M5). Given a transaction, the membership cannot change before its commit.
 */
export async function authorize(
  at: Handle | Tx,
  agentId: string,
  needs: Capability,
  object: AccessObject,
): Promise<Access> {
  return allowed(await findAccess(at, agentId, object), needs);
}

/** The same for an access that was found with something else. */
export function allowed<A extends Pick<Access, 'capability'>>(access: A | undefined, needs: Capability): A {
  if (access === undefined) throw refuse('not_found');
  if (!includesCapability(access.capability, needs)) throw refuse('forbidden');
  return access;
}

/** As `authorize`, but a stranger is undefined instead of an error. */
export async function findAccess(
  at: Handle | Tx,
  agentId: string,
  object: AccessObject,
): Promise<Access | undefined> {
  const id = 'inboxId' in object ? object.inboxId : object.conversationId;
  const [row] = await select(at, 'inboxId' in object)({ id, agentId });
  return row?.state === 'active' ? { inboxId: row.inboxId, capability: row.capability } : undefined;
}

function select(at: Handle | Tx, byInbox: boolean): (values: Values) => Promise<Found[]> {
  if (!('afterCommit' in at)) return (values) => (byInbox ? readInbox : readConversation)(at, values);
  return (values) => (byInbox ? holdInbox : holdConversation)(at.db, values);
}
