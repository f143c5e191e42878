/** Phones of agents, and what becomes of calls to an inbox. */
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { agentPhones, agents, callRoutings, inboxMembers } from '../schema/sqlite.ts';

export async function phoneOfAgent(db: Handle, agentId: string): Promise<string | null> {
  const [row] = await db.select().from(agentPhones).where(eq(agentPhones.agentId, agentId));
  return row?.e164 ?? null;
}

/** Null: none. */
export async function setPhoneOfAgent(tx: Tx, agentId: string, e164: string | null): Promise<void> {
  if (e164 === null) {
    await tx.db.delete(agentPhones).where(eq(agentPhones.agentId, agentId));
    return;
  }
  const set = { e164, updatedAt: tx.now };
  await tx.db
    .insert(agentPhones)
    .values({ agentId, ...set })
    .onConflictDoUpdate({ target: agentPhones.agentId, set });
}

export interface MemberPhone {
  readonly agentId: string;
  readonly e164: string;
}

/** Phones of the members who may reply, by name. */
export function phonesOfInbox(db: Handle, inboxId: string): Promise<MemberPhone[]> {
  return db
    .select({ agentId: agentPhones.agentId, e164: agentPhones.e164 })
    .from(inboxMembers)
    .innerJoin(agents, and(eq(agents.id, inboxMembers.agentId), eq(agents.state, 'active')))
    .innerJoin(agentPhones, eq(agentPhones.agentId, inboxMembers.agentId))
    .where(and(eq(inboxMembers.inboxId, inboxId), inArray(inboxMembers.capability, ['reply', 'manage'])))
    .orderBy(asc(agents.name), asc(agents.id));
}

/** JSON; undefined: nothing was said. */
export async function storedRouting(db: Handle, inboxId: string): Promise<string | undefined> {
  const [row] = await db.select().from(callRoutings).where(eq(callRoutings.inboxId, inboxId));
  return row?.routing;
}

export async function storeRouting(tx: Tx, inboxId: string, routing: string): Promise<void> {
  const set = { routing, updatedAt: tx.now };
  await tx.db
    .insert(callRoutings)
    .values({ inboxId, ...set })
    .onConflictDoUpdate({ target: callRoutings.inboxId, set });
}
