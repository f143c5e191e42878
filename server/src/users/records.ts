/** Users as admins see them. */
import { refuse } from '@latchbox/shared';
import type { User, UserDetail } from '@latchbox/shared/http/users';
import type { Handle } from '../database/database.ts';
import { agentById, type AgentRow, listAgents } from '../database/directory/agents.ts';
import { factorOf, factorsInUse } from '../database/directory/factors.ts';
import { listTeamMembers } from '../database/directory/members.ts';
import { inboxesOfMember } from '../database/directory/inboxes.ts';
import { signInsOf } from '../database/directory/sign-ins.ts';
import { openInvitations, type ShownLink } from '../database/directory/user-links.ts';

interface Around {
  readonly invitation: ShownLink | undefined;
  readonly factorOn: boolean;
  readonly teamIds: readonly string[];
}

function toUser(agent: AgentRow, { invitation, factorOn, teamIds }: Around): User {
  const { id, name, role, state, stateAt, createdAt, verifiedAt, verifiedVia } = agent;
  return {
    id,
    name,
    email: agent.email ?? '',
    role,
    state,
    stateAt,
    createdAt,
    verified: verifiedAt === null || verifiedVia === null ? null : { at: verifiedAt, via: verifiedVia },
    invitation:
      state !== 'invited' || invitation === undefined
        ? null
        : { sentTo: invitation.sentTo, sentAt: invitation.createdAt, expiresAt: invitation.expiresAt },
    factor: { on: factorOn, required: Boolean(agent.factorRequired) },
    teamIds: [...teamIds],
  };
}

/** Every person, by name. */
export async function allUsers(db: Handle): Promise<User[]> {
  const agents = await listAgents(db);
  const invitations = new Map((await openInvitations(db)).map((one) => [one.agentId, one]));
  const factors = await factorsInUse(db);
  const teams = Map.groupBy(await listTeamMembers(db), ({ agentId }) => agentId);
  return agents
    .filter(({ kind }) => kind === 'person')
    .map((agent) =>
      toUser(agent, {
        invitation: invitations.get(agent.id),
        factorOn: factors.has(agent.id),
        teamIds: (teams.get(agent.id) ?? []).map(({ teamId }) => teamId),
      }),
    );
}

/** One person; throws `not_found` for anybody else, a system actor too. */
export async function userById(db: Handle, id: string): Promise<User> {
  const agent = await personOrRefuse(db, id);
  const factor = await factorOf(db, id);
  const teams = await listTeamMembers(db);
  return toUser(agent, {
    invitation: (await openInvitations(db, id))[0],
    factorOn: factor !== undefined && factor.confirmedAt !== null,
    teamIds: teams.filter(({ agentId }) => agentId === id).map(({ teamId }) => teamId),
  });
}

/** With inboxes and sign-ins; `now` is server time. */
export async function userDetail(db: Handle, id: string, now: number): Promise<UserDetail> {
  const user = await userById(db, id);
  return {
    ...user,
    inboxes: await inboxesOfMember(db, id),
    signIns: (await signInsOf(db, id, now)).length,
  };
}

export async function personOrRefuse(db: Handle, id: string): Promise<AgentRow> {
  const agent = await agentById(db, id);
  if (agent?.kind !== 'person') throw refuse('not_found');
  return agent;
}
