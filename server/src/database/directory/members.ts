import { and, asc, eq } from 'drizzle-orm';
import type { Capability } from '@latchbox/shared';
import type { Handle, Tx } from '../database.ts';
import { forUpdate } from '../row-locks.ts';
import { agents, inboxMembers, teamMembers, teams } from '../schema/sqlite.ts';

export interface MemberRow {
  readonly agentId: string;
  readonly name: string;
  readonly capability: Capability;
  readonly since: number;
}

export async function membersOfInbox(db: Handle, inboxId: string): Promise<MemberRow[]> {
  return await db
    .select({
      agentId: agents.id,
      name: agents.name,
      capability: inboxMembers.capability,
      since: inboxMembers.since,
    })
    .from(inboxMembers)
    .innerJoin(agents, eq(agents.id, inboxMembers.agentId))
    .where(eq(inboxMembers.inboxId, inboxId))
    .orderBy(asc(agents.name), asc(agents.id));
}

const isMember = (inboxId: string, agentId: string) =>
  and(eq(inboxMembers.inboxId, inboxId), eq(inboxMembers.agentId, agentId));

/** What the agent may do in the inbox, as it stands until the commit; undefined for a stranger. */
export async function capabilityForUpdate(
  tx: Tx,
  inboxId: string,
  agentId: string,
): Promise<Capability | undefined> {
  const query = tx.db
    .select({ capability: inboxMembers.capability })
    .from(inboxMembers)
    .where(isMember(inboxId, agentId));
  return (await forUpdate(tx, query))[0]?.capability;
}

/** Adds a member, or changes what one may do; answers since when the agent is one. */
export async function upsertMember(
  tx: Tx,
  inboxId: string,
  agentId: string,
  capability: Capability,
): Promise<number> {
  const [row] = await tx.db
    .insert(inboxMembers)
    .values({ inboxId, agentId, capability, since: tx.now })
    .onConflictDoUpdate({ target: [inboxMembers.inboxId, inboxMembers.agentId], set: { capability } })
    .returning({ since: inboxMembers.since });
  return row?.since ?? tx.now;
}

/** What the member was allowed to do; undefined: was no member. */
export async function deleteMember(
  tx: Tx,
  inboxId: string,
  agentId: string,
): Promise<Capability | undefined> {
  const gone = await tx.db
    .delete(inboxMembers)
    .where(isMember(inboxId, agentId))
    .returning({ capability: inboxMembers.capability });
  return gone[0]?.capability;
}

export interface TeamRow {
  readonly id: string;
  readonly name: string;
}

export async function listTeams(db: Handle): Promise<TeamRow[]> {
  return await db
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .orderBy(asc(teams.name), asc(teams.id));
}

export async function teamById(db: Handle, id: string): Promise<TeamRow | undefined> {
  return (await db.select({ id: teams.id, name: teams.name }).from(teams).where(eq(teams.id, id)))[0];
}

export async function insertTeam(tx: Tx, team: TeamRow): Promise<void> {
  await tx.db.insert(teams).values({ ...team, createdAt: tx.now });
}

export async function renameTeam(tx: Tx, id: string, name: string): Promise<boolean> {
  const changed = await tx.db.update(teams).set({ name }).where(eq(teams.id, id)).returning({ id: teams.id });
  return changed.length > 0;
}

/** Who is in which team. */
export async function listTeamMembers(db: Handle): Promise<{ teamId: string; agentId: string }[]> {
  return await db
    .select({ teamId: teamMembers.teamId, agentId: teamMembers.agentId })
    .from(teamMembers)
    .orderBy(asc(teamMembers.teamId), asc(teamMembers.agentId));
}

/** Who of a team is active, by name. */
export async function peopleOfTeam(
  db: Handle,
  teamId: string,
): Promise<{ id: string; name: string; kind: 'person' | 'system' }[]> {
  return await db
    .select({ id: agents.id, name: agents.name, kind: agents.kind })
    .from(teamMembers)
    .innerJoin(agents, eq(agents.id, teamMembers.agentId))
    .where(and(eq(teamMembers.teamId, teamId), eq(agents.state, 'active')))
    .orderBy(asc(agents.name), asc(agents.id));
}

/** Whether the agent is in the team, as it stands until the commit. */
export async function isInTeam(tx: Tx, teamId: string, agentId: string): Promise<boolean> {
  const query = tx.db
    .select({ agentId: teamMembers.agentId })
    .from(teamMembers)
    .where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.agentId, agentId)));
  return (await forUpdate(tx, query)).length > 0;
}

export async function insertTeamMember(tx: Tx, teamId: string, agentId: string): Promise<void> {
  await tx.db.insert(teamMembers).values({ teamId, agentId }).onConflictDoNothing();
}

/** False: was not in the team. */
export async function deleteTeamMember(tx: Tx, teamId: string, agentId: string): Promise<boolean> {
  const gone = await tx.db
    .delete(teamMembers)
    .where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.agentId, agentId)))
    .returning({ agentId: teamMembers.agentId });
  return gone.length > 0;
}
