import { and, eq, sql } from 'drizzle-orm';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, inboxMembers } from './schema/sqlite.ts';

const select = prepared<{ agentId: string }, { inboxId: string }[]>('inboxScope.ofAgent', (db) =>
  db
    .select({ inboxId: inboxMembers.inboxId })
    .from(inboxMembers)
    .innerJoin(agents, eq(agents.id, inboxMembers.agentId))
    .where(and(eq(inboxMembers.agentId, sql.placeholder('agentId')), eq(agents.state, 'active')))
    .orderBy(inboxMembers.inboxId),
);

/** Every inbox whose contents the agent may see: the scope of lists. */
export async function inboxScope(db: Handle, agentId: string): Promise<string[]> {
  return (await select(db, { agentId })).map(({ inboxId }) => inboxId);
}
