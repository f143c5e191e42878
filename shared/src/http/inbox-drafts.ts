import { z } from 'zod';
import { Capability, Person } from '../model/agent.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { ApiCode, Colour, line, Name } from './fields.ts';
import { route } from './route.ts';

/**
 * Where the team of a texting inbox stands with the carriers (M4). `none`: nothing was filled in yet. An inbox whose number needs a
 * registration waits until it is `registered`; all texting inboxes of a team share one.
 */
export const TeamRegistration = z.strictObject({
  state: z.enum(['none', 'draft', 'pending', 'registered', 'rejected']),
  /** Of a rejected one, in the carriers' words. */
  reason: z.string().nullable(),
});
export type TeamRegistration = z.infer<typeof TeamRegistration>;

/** The steps of the wizard, in order. */
export const DraftStep = z.enum(['inbox', 'number', 'members']);
export type DraftStep = z.infer<typeof DraftStep>;

/** An inbox that is not there yet: what was filled in of it, and what is still missing (M1). Every admin may go on with it. */
export const InboxDraft = z.strictObject({
  id: Id,
  /**
   * `open`: it can be changed. `confirming`: its number is being bought. `releasing`: the inbox could not be created after all, and the
   * number is given back; then it is open again. `done`: the inbox is there.
   */
  state: z.enum(['open', 'confirming', 'releasing', 'done']),
  /** Raised with every change: of two that change it at once, one does. */
  revision: z.number().int().positive(),
  /** Empty: not chosen yet. */
  name: z.string(),
  /** The one that was chosen; null: it is made from the name. */
  apiCode: z.string().nullable(),
  /** The one that it would get now. */
  freeApiCode: z.string(),
  teamId: Id.nullable(),
  colour: z.string(),
  number: z.strictObject({ e164: z.string(), shown: z.string() }).nullable(),
  /** Where calls to the number ring; null: nowhere. */
  voiceForward: z.string().nullable(),
  members: z.array(z.strictObject({ agentId: Id, name: z.string(), capability: Capability })),
  /** What stands in the way of confirming it, by step. */
  issues: z.array(z.strictObject({ step: DraftStep, path: z.string(), message: z.string() })),
  /** Null: there is no team yet. */
  registration: TeamRegistration.nullable(),
  /** Whether the inbox will wait for the registration of its team: then it is seen by admins alone, and has no members yet. */
  waits: z.boolean(),
  /** Whether it would be the first texting inbox of its team that needs the registration. */
  first: z.boolean(),
  startedBy: Person,
  /** Of a draft that is done. */
  inboxId: Id.nullable(),
  /** Why it could not be created when it was last confirmed. */
  problem: z.string().nullable(),
  createdAt: ServerTime,
  updatedAt: ServerTime,
});
export type InboxDraft = z.infer<typeof InboxDraft>;

const PhoneInput = line(40);
const fields = {
  name: Name.optional(),
  /** Null: made from the name. */
  apiCode: ApiCode.nullable().optional(),
  teamId: Id.optional(),
  colour: Colour.optional(),
  number: PhoneInput.nullable().optional(),
  voiceForward: PhoneInput.nullable().optional(),
  members: z
    .array(z.strictObject({ agentId: Id, capability: Capability }))
    .max(1_000)
    .optional(),
};

const params = z.strictObject({ draft: Id });

export const listInboxDrafts = route({
  method: 'GET',
  path: '/api/inbox-drafts',
  summary: 'Inboxes that were begun and not finished, the one last changed first; for admins',
  response: z.strictObject({ drafts: z.array(InboxDraft) }),
  errors: ['forbidden'],
});

export const beginInboxDraft = route({
  method: 'POST',
  path: '/api/inbox-drafts',
  summary: 'Begin an inbox; its team is chosen already where there is only one',
  body: z.strictObject(fields),
  response: InboxDraft,
  status: 201,
  errors: ['forbidden', 'refused', 'not_registered'],
});

export const getInboxDraft = route({
  method: 'GET',
  path: '/api/inbox-drafts/{draft}',
  summary: 'An inbox that was begun',
  params,
  response: InboxDraft,
  errors: ['forbidden', 'not_found'],
});

/**
 * What is left out stays; what is given is checked at once. `conflict`: it was changed since, or is being confirmed. `not_registered`:
 * members of an inbox that will wait for its registration. `refused`: an inbox of ours has the number.
 */
export const changeInboxDraft = route({
  method: 'PATCH',
  path: '/api/inbox-drafts/{draft}',
  summary: 'Fill in a step',
  params,
  body: z.strictObject({ revision: z.number().int().positive(), ...fields }),
  response: InboxDraft,
  errors: ['forbidden', 'not_found', 'conflict', 'refused', 'not_registered'],
});

export const removeInboxDraft = route({
  method: 'DELETE',
  path: '/api/inbox-drafts/{draft}',
  summary: 'Give up an inbox that was begun',
  params,
  errors: ['forbidden', 'not_found', 'conflict'],
});

/**
 * Once, however often and by how many it is asked for: whoever asks again gets what became of it. Missing fields are `invalid`. An answer
 * in the state `confirming` means that the provider has not said yet whether the number was bought: ask for the draft again.
 */
export const confirmInboxDraft = route({
  method: 'POST',
  path: '/api/inbox-drafts/{draft}/confirm',
  summary: 'Buy the number and create the inbox, with its members',
  params,
  response: InboxDraft,
  errors: ['forbidden', 'not_found', 'conflict', 'refused', 'not_registered', 'not_connected'],
});

export const listInboxDraftCandidates = route({
  method: 'GET',
  path: '/api/inbox-drafts/{draft}/candidates',
  summary: 'Who of the team of an inbox that was begun could be its members',
  params,
  response: z.strictObject({ people: z.array(Person) }),
  errors: ['forbidden', 'not_found'],
});

/** A shared inbox as admins look over them. */
export const InboxOverview = z.strictObject({
  id: Id,
  name: z.string(),
  apiCode: z.string(),
  colour: z.string(),
  team: z.strictObject({ id: Id, name: z.string() }),
  members: z.number().int().nonnegative(),
  /** The primary one first. */
  numbers: z.array(z.strictObject({ e164: z.string(), shown: z.string() })),
  addresses: z.number().int().nonnegative(),
  /** Null: none of its numbers needs one. */
  registration: TeamRegistration.nullable(),
  /** Whether it waits for the registration: nobody but admins sees it, nothing can be sent, nobody can be added. */
  waits: z.boolean(),
});
export type InboxOverview = z.infer<typeof InboxOverview>;

export const listInboxOverviews = route({
  method: 'GET',
  path: '/api/inbox-overview',
  summary: 'Every shared inbox with its team, numbers, and where its registration stands; for admins',
  response: z.strictObject({ inboxes: z.array(InboxOverview) }),
  errors: ['forbidden'],
});
