import { z } from 'zod';
import { AgentKind, Capability } from '../model/agent.ts';
import { InboxSummary, InboxTimes, LockOn, TakeOverBy } from '../model/inbox.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { ApiCode, Colour, InboxRef, Name } from './fields.ts';
import { route } from './route.ts';

/** As members see it; to an admin who is no member `capability` is null. */
export const InboxRecord = InboxSummary.extend({ capability: Capability.nullable() });

const params = z.strictObject({ inbox: InboxRef });
const settings = {
  name: Name,
  apiCode: ApiCode.optional(),
  colour: Colour.optional(),
  lockOn: LockOn.optional(),
  /** What is left out keeps its value; `reconnectGrace` may be at most two thirds of `lockTtl`. */
  times: z.strictObject(InboxTimes.shape).partial().optional(),
  /** Who may take a lock away from its holder; `admins` when it is not said. */
  takeOverBy: TakeOverBy.optional(),
};

export const listInboxes = route({
  method: 'GET',
  path: '/api/inboxes',
  summary: 'The inboxes I am a member of; `scope=all`: every inbox, for admins',
  query: z.strictObject({ scope: z.enum(['mine', 'all']).optional() }),
  response: z.strictObject({ inboxes: z.array(InboxRecord) }),
  errors: ['forbidden'],
});

export const getInbox = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}',
  summary: 'One inbox, by its id or API code',
  params,
  response: InboxSummary,
  errors: ['not_found'],
});

export const createInbox = route({
  method: 'POST',
  path: '/api/inboxes',
  summary: 'Create an inbox; the API code is made from the name when none is given',
  body: z.strictObject({ ...settings, teamId: Id.optional() }),
  response: InboxRecord,
  status: 201,
  errors: ['forbidden'],
});

export const changeInbox = route({
  method: 'PATCH',
  path: '/api/inboxes/{inbox}',
  summary: 'Change name, API code, colour or lock settings; for admins and for members who manage it',
  params,
  body: z.strictObject({ ...settings, name: Name.optional() }),
  response: InboxRecord,
  errors: ['forbidden', 'not_found'],
});

const Member = z.strictObject({ agentId: Id, name: z.string(), capability: Capability, since: ServerTime });

export const listMembers = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/members',
  summary: 'Who is a member of an inbox and may do what',
  params,
  response: z.strictObject({ members: z.array(Member) }),
  errors: ['not_found'],
});

export const listCandidates = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/candidates',
  summary: 'Who of its team could be added to an inbox; for admins and members who manage it',
  params,
  response: z.strictObject({
    people: z.array(z.strictObject({ id: Id, name: z.string(), kind: AgentKind })),
    /** Whether nobody can be added now, because it waits for the registration of its team (M4). */
    waits: z.boolean(),
  }),
  errors: ['forbidden', 'not_found'],
});

const memberParams = z.strictObject({ inbox: InboxRef, agent: Id });

/** Gets what is assigned to whoever may reply no more: somebody who may reply in the inbox. Null or left out: nobody has it. */
const AssignmentsTo = Id.nullable().optional();

/** What stays behind when they may reply there no more: conversations are a colleague's or nobody's, and scheduled replies are stopped. */
export const getMemberHoldings = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/members/{agent}/holdings',
  summary: 'How much would be left behind by a member of an inbox; for admins and members who manage it',
  params: memberParams,
  response: z.strictObject({
    assigned: z.strictObject({ open: z.number().int(), snoozed: z.number().int() }),
    scheduled: z.number().int(),
  }),
  errors: ['forbidden', 'not_found'],
});

/**
 * Lowering a capability below `reply` ends the member's locks there, stops what they scheduled, and hands on their open and snoozed
 * conversations of the inbox, to `assignmentsTo` or to nobody. `not_registered`: its numbers wait for the registration of the team, and
 * until then nobody new comes in (M4).
 */
export const putMember = route({
  method: 'PUT',
  path: '/api/inboxes/{inbox}/members/{agent}',
  summary: 'Add somebody of the team as a member, or change what a member may do',
  params: memberParams,
  body: z.strictObject({ capability: Capability, assignmentsTo: AssignmentsTo }),
  response: Member,
  errors: ['forbidden', 'not_found', 'not_registered', 'refused'],
});

/**
 * Takes effect on open connections of every server within a second. Their open and snoozed conversations of the inbox are `assignmentsTo`'s
 * from then on, or nobody's, in steps; what they scheduled there is stopped, with its text kept.
 */
export const removeMember = route({
  method: 'DELETE',
  path: '/api/inboxes/{inbox}/members/{agent}',
  summary: 'Take a member out of an inbox',
  params: memberParams,
  query: z.strictObject({ assignmentsTo: Id.optional() }),
  errors: ['forbidden', 'not_found', 'refused'],
});
