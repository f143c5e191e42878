import { and, desc, eq, ne, sql } from 'drizzle-orm';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations, inboxMembers } from './schema/sqlite.ts';

interface Values extends Record<string, unknown> {
  conversationId: string;
  agentId: string;
  limit: number;
}

const select = prepared<Values, { id: string }[]>('earlier.ofContact', (db) =>
  db
    .select({ id: conversations.id })
    .from(conversations)
    .innerJoin(
      inboxMembers,
      and(
        eq(inboxMembers.inboxId, conversations.inboxId),
        eq(inboxMembers.agentId, sql.placeholder('agentId')),
      ),
    )
    .where(
      and(
        // As SQL text: the same table again needs a name that both dialects understand.
        sql`${conversations.contactId} = (SELECT this.contact_id FROM ${conversations} AS this WHERE this.id = ${sql.placeholder('conversationId')})`,
        ne(conversations.id, sql.placeholder('conversationId')),
      ),
    )
    .orderBy(desc(conversations.lastAt), desc(conversations.id))
    .limit(sql.placeholder('limit')),
);

/** Ids of the other conversations of a conversation's contact, in the inboxes of which the agent is a member, newest first. */
export async function otherConversations(
  db: Handle,
  agentId: string,
  conversationId: string,
  limit: number,
): Promise<string[]> {
  return (await select(db, { conversationId, agentId, limit })).map(({ id }) => id);
}
