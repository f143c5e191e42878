import { refuse } from '@latchbox/shared';
import { agentForShare } from '../database/directory/agents.ts';
import { inboxIdsOfTeamMember } from '../database/directory/inboxes.ts';
import {
  deleteTeamMember,
  insertTeam,
  insertTeamMember,
  listTeamMembers,
  listTeams,
  renameTeam,
  teamById,
} from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import type { Handle } from '../database/database.ts';
import { newId } from '../lib/ids.ts';
import { administer, requireAdmin } from './admin.ts';
import type { TeamRecord, Teams } from './api.ts';
import { changes } from './changes.ts';
import type { DirectoryDeps } from './deps.ts';
import { dropMember } from './inbox-members.ts';
import { readAsAdmin } from './inbox-access.ts';
import { requireColleague } from './leave-behind.ts';

export function createTeams(deps: DirectoryDeps): Teams {
  const act = (action: string, objectId: string) => ({ action, objectType: 'team', objectId });
  return {
    async teams(actor) {
      await readAsAdmin(deps, actor);
      return await readTeams(deps.db.read);
    },

    createTeam: (actor, { name }) =>
      administer(deps, actor, act('team.created', ''), async (tx) => {
        await requireAdmin(tx, actor);
        const team = { id: newId('tea'), name };
        await insertTeam(tx, team);
        await writeAudit(tx, { actorId: actor.agentId, ...act('team.created', team.id), details: { name } });
        return { ...team, agentIds: [] };
      }),

    changeTeam: (actor, teamId, { name }) =>
      administer(deps, actor, act('team.changed', teamId), async (tx) => {
        await requireAdmin(tx, actor);
        const before = await teamById(tx.db, teamId);
        if (before === undefined || !(await renameTeam(tx, teamId, name))) throw refuse('not_found');
        await writeAudit(tx, {
          actorId: actor.agentId,
          ...act('team.changed', teamId),
          details: changes({ name: before.name }, { name }),
        });
        const team = (await readTeams(tx.db)).find(({ id }) => id === teamId);
        if (team === undefined) throw refuse('not_found');
        return team;
      }),

    addToTeam: (actor, teamId, agentId) =>
      administer(deps, actor, act('team.agent_added', teamId), async (tx) => {
        await requireAdmin(tx, actor);
        const both = [await teamById(tx.db, teamId), await agentForShare(tx, agentId)];
        if (both.includes(undefined)) throw refuse('not_found');
        await insertTeamMember(tx, teamId, agentId);
        await writeAudit(tx, {
          actorId: actor.agentId,
          ...act('team.agent_added', teamId),
          details: { agentId },
        });
      }),

    removeFromTeam: (actor, teamId, agentId, { assignmentsTo = null } = {}) =>
      administer(deps, actor, act('team.agent_removed', teamId), async (tx) => {
        await requireAdmin(tx, actor);
        if (assignmentsTo !== null) await requireColleague(tx, agentId, assignmentsTo, 'assignmentsTo');
        if (!(await deleteTeamMember(tx, teamId, agentId))) throw refuse('not_found');
        await writeAudit(tx, {
          actorId: actor.agentId,
          ...act('team.agent_removed', teamId),
          details: { agentId },
        });
        // Members of an inbox come from its team (M5): whoever leaves the team leaves its inboxes.
        for (const inboxId of await inboxIdsOfTeamMember(tx, teamId, agentId)) {
          await dropMember(tx, deps, { agentId, inboxId, by: actor.agentId }, assignmentsTo);
        }
      }),
  };
}

async function readTeams(db: Handle): Promise<TeamRecord[]> {
  const [teams, members] = [await listTeams(db), await listTeamMembers(db)];
  const byTeam = Map.groupBy(members, ({ teamId }) => teamId);
  return teams.map((team) => ({
    ...team,
    agentIds: (byTeam.get(team.id) ?? []).map(({ agentId }) => agentId),
  }));
}
