import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { forShare, forUpdate } from '../row-locks.ts';
import { agents } from '../schema/sqlite.ts';

export type AgentRow = typeof agents.$inferSelect;
export type NewAgentRow = typeof agents.$inferInsert;

const byId = prepared<{ id: string }, AgentRow[]>('directory.agent', (db) =>
  db
    .select()
    .from(agents)
    .where(eq(agents.id, sql.placeholder('id'))),
);
const byEmail = prepared<{ email: string }, AgentRow[]>('directory.agentByEmail', (db) =>
  db
    .select()
    .from(agents)
    .where(eq(agents.email, sql.placeholder('email'))),
);
const byExternalId = prepared<{ externalId: string }, AgentRow[]>('directory.agentByExternalId', (db) =>
  db
    .select()
    .from(agents)
    .where(eq(agents.externalId, sql.placeholder('externalId'))),
);

export async function agentById(db: Handle, id: string): Promise<AgentRow | undefined> {
  return (await byId(db, { id }))[0];
}

/** `email` in lower case, as it is stored. */
export async function agentByEmail(db: Handle, email: string): Promise<AgentRow | undefined> {
  return (await byEmail(db, { email }))[0];
}

export async function agentByExternalId(db: Handle, externalId: string): Promise<AgentRow | undefined> {
  return (await byExternalId(db, { externalId }))[0];
}

/** The agent, who stays as is until the commit. */
export async function agentForShare(tx: Tx, id: string): Promise<AgentRow | undefined> {
  return (await forShare(tx, tx.db.select().from(agents).where(eq(agents.id, id))))[0];
}

/** The agent, whom this transaction is going to change. */
export async function agentForUpdate(tx: Tx, id: string): Promise<AgentRow | undefined> {
  return (await forUpdate(tx, tx.db.select().from(agents).where(eq(agents.id, id))))[0];
}

/** Everybody, by name. */
export async function listAgents(db: Handle): Promise<AgentRow[]> {
  return await db.select().from(agents).orderBy(asc(agents.name), asc(agents.id));
}

/** Unique violations (`agents_email`, `agents_external_id`) are the caller's to answer. */
export async function insertAgent(tx: Tx, row: NewAgentRow): Promise<void> {
  await tx.db.insert(agents).values(row);
}

export async function updateAgent(
  tx: Tx,
  id: string,
  changes: Partial<Omit<AgentRow, 'id' | 'kind' | 'createdAt'>>,
): Promise<AgentRow | undefined> {
  return (await tx.db.update(agents).set(changes).where(eq(agents.id, id)).returning())[0];
}

/** Active admins other than this agent, kept from changing until the commit: the last one must stay. */
export async function countOtherAdmins(tx: Tx, id: string): Promise<number> {
  const others = and(
    eq(agents.role, 'admin'),
    eq(agents.state, 'active'),
    eq(agents.kind, 'person'),
    ne(agents.id, id),
  );
  const rows = await forUpdate(
    tx,
    tx.db.select({ id: agents.id }).from(agents).where(others).orderBy(asc(agents.id)),
  );
  return rows.length;
}
