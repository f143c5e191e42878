import { z } from 'zod';
import { Person, Team } from '../model/agent.ts';
import { InboxRef, InboxRefs } from './fields.ts';
import { route } from './route.ts';

const AssignmentSettings = z.strictObject({
  /** What is open and nobody has goes to those who are there, one after the other. */
  roundRobin: z.boolean(),
  /** Round robin gives nobody more while they have so many open conversations in this inbox. */
  cap: z.number().int().min(1).max(1_000),
  /** What nobody has belongs to whoever answers it first. */
  onReply: z.boolean(),
});

const params = z.strictObject({ inbox: InboxRef });

export const getAssignment = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/assignment',
  summary: 'How an inbox assigns by itself (T2)',
  params,
  response: AssignmentSettings,
  errors: ['not_found'],
});

export const changeAssignment = route({
  method: 'PATCH',
  path: '/api/inboxes/{inbox}/assignment',
  summary: 'Change how an inbox assigns by itself; for admins and for members who manage it',
  params,
  body: AssignmentSettings.partial(),
  response: AssignmentSettings,
  errors: ['forbidden', 'not_found'],
});

export const listAssignees = route({
  method: 'GET',
  path: '/api/assignees',
  summary:
    'Whom conversations of mine, or of some inboxes, can be assigned to: who may reply there, and the teams of which somebody may',
  query: z.strictObject({ inbox: InboxRefs.optional() }),
  response: z.strictObject({ people: z.array(Person), teams: z.array(Team) }),
  errors: ['not_found'],
});
