import { z } from 'zod';
import { Id } from '../model/scalars.ts';
import { Name } from './fields.ts';
import { route } from './route.ts';

const Team = z.strictObject({ id: Id, name: z.string(), agentIds: z.array(Id) });
const params = z.strictObject({ team: Id });
const memberParams = z.strictObject({ team: Id, agent: Id });

export const listTeams = route({
  method: 'GET',
  path: '/api/teams',
  summary: 'Every team with its members; for admins',
  response: z.strictObject({ teams: z.array(Team) }),
  errors: ['forbidden'],
});

export const createTeam = route({
  method: 'POST',
  path: '/api/teams',
  summary: 'Create a team',
  body: z.strictObject({ name: Name }),
  response: Team,
  status: 201,
  errors: ['forbidden'],
});

export const changeTeam = route({
  method: 'PATCH',
  path: '/api/teams/{team}',
  summary: 'Rename a team',
  params,
  body: z.strictObject({ name: Name }),
  response: Team,
  errors: ['forbidden', 'not_found'],
});

export const addToTeam = route({
  method: 'PUT',
  path: '/api/teams/{team}/agents/{agent}',
  summary: 'Put an agent into a team',
  params: memberParams,
  errors: ['forbidden', 'not_found'],
});

/** What they have there goes to `assignmentsTo` in the inboxes where that colleague may reply, else to nobody. */
export const removeFromTeam = route({
  method: 'DELETE',
  path: '/api/teams/{team}/agents/{agent}',
  summary: 'Take an agent out of a team, and with it out of every inbox of the team',
  params: memberParams,
  query: z.strictObject({ assignmentsTo: Id.optional() }),
  errors: ['forbidden', 'not_found'],
});
