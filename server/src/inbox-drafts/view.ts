/** A draft as it is shown, with what stands in its way. */
import type { DraftStep, InboxDraft, TeamRegistration } from '@latchbox/shared/http/inbox-drafts';
import type { Handle } from '../database/database.ts';
import { apiCodesLike, inboxByRef } from '../database/directory/inboxes.ts';
import { listTeamMembers, listTeams } from '../database/directory/members.ts';
import { agentsByIds, type StoredInboxDraft } from '../database/inbox-drafts.ts';
import { campaignNumbers, numberByE164 } from '../database/texting/numbers.ts';
import { campaignOf } from '../database/texting/campaigns.ts';
import { apiCodeOf, freeApiCode } from '../directory/api-code.ts';
import { formatPhone, needsCampaign, readPhone } from '../lib/phone.ts';

export interface Issue {
  readonly step: DraftStep;
  readonly path: string;
  readonly message: string;
}

/** Where a team stands with the carriers. */
export async function registrationOf(db: Handle, teamId: string): Promise<TeamRegistration> {
  const campaign = await campaignOf(db, teamId);
  if (campaign === undefined) return { state: 'none', reason: null };
  const { state, reason } = campaign;
  return { state, reason: state === 'rejected' ? reason : null };
}

export interface Standing {
  readonly registration: TeamRegistration | null;
  /** It has a number that needs the registration, and the team is not registered. */
  readonly waits: boolean;
  readonly first: boolean;
}

/** How a draft stands to the registration of its team (M4). */
export async function standingOf(
  db: Handle,
  { teamId, number }: Pick<StoredInboxDraft, 'teamId' | 'number'>,
): Promise<Standing> {
  if (teamId === null) return { registration: null, waits: false, first: false };
  const registration = await registrationOf(db, teamId);
  const phone = number === null ? undefined : readPhone(number);
  const waits = phone !== undefined && needsCampaign(phone) && registration.state !== 'registered';
  return { registration, waits, first: (await campaignNumbers(db, teamId)).length === 0 };
}

/** What is missing or wrong now: also what was right when it was filled in. `texting`: whether there are numbers to choose from. */
export async function issuesOf(
  db: Handle,
  draft: StoredInboxDraft,
  { texting, waits }: { readonly texting: boolean; readonly waits: boolean },
): Promise<Issue[]> {
  return [
    ...(await ofInbox(db, draft)),
    ...(await ofNumber(db, draft, texting)),
    ...(await ofMembers(db, draft, waits)),
  ];
}

async function ofInbox(db: Handle, { name, apiCode, teamId }: StoredInboxDraft): Promise<Issue[]> {
  const issue = (path: string, message: string): Issue => ({ step: 'inbox', path, message });
  const issues: Issue[] = [];
  if (name === '') issues.push(issue('name', 'is needed'));
  if (apiCode !== null && (await inboxByRef(db, apiCode)) !== undefined)
    issues.push(issue('apiCode', 'is already in use'));
  const teams = await listTeams(db);
  if (teamId === null) issues.push(issue('teamId', 'choose a team'));
  else if (!teams.some(({ id }) => id === teamId)) issues.push(issue('teamId', 'there is no such team'));
  return issues;
}

async function ofNumber(db: Handle, { number }: StoredInboxDraft, texting: boolean): Promise<Issue[]> {
  const issue = (message: string): Issue => ({ step: 'number', path: 'number', message });
  if (number === null) return texting ? [issue('choose a number')] : [];
  if (!texting) return [issue('this server has nothing to do with texts')];
  return (await numberByE164(db, number)) === undefined ? [] : [issue('an inbox has this number')];
}

async function ofMembers(
  db: Handle,
  { teamId, members }: StoredInboxDraft,
  waits: boolean,
): Promise<Issue[]> {
  if (members.length === 0) return [];
  const issue = (path: string, message: string): Issue => ({ step: 'members', path, message });
  if (waits) return [issue('members', 'can be added once the team is registered')];
  const inTeam = new Set(
    (await listTeamMembers(db)).filter((one) => one.teamId === teamId).map(({ agentId }) => agentId),
  );
  const known = await agentsByIds(
    db,
    members.map(({ agentId }) => agentId),
  );
  return members.flatMap(({ agentId }, at) => {
    if (!inTeam.has(agentId)) return [issue(`members.${at}`, "is not in the inbox's team")];
    return known.get(agentId)?.active === true ? [] : [issue(`members.${at}`, 'is not active')];
  });
}

/** A draft for admins. */
export async function shownDraft(db: Handle, draft: StoredInboxDraft, texting: boolean): Promise<InboxDraft> {
  const standing = await standingOf(db, draft);
  const people = await agentsByIds(db, [draft.startedBy, ...draft.members.map(({ agentId }) => agentId)]);
  const { id, state, revision, name, apiCode, teamId, colour, number, voiceForward } = draft;
  const { inboxId, problem, createdAt, updatedAt, startedBy } = draft;
  return {
    id,
    state,
    revision,
    name,
    apiCode,
    freeApiCode: await freeCode(db, name),
    teamId,
    colour,
    number: number === null ? null : { e164: number, shown: formatPhone(number) },
    voiceForward,
    members: draft.members.map((one) => ({ ...one, name: people.get(one.agentId)?.name ?? '' })),
    issues: state === 'done' ? [] : await issuesOf(db, draft, { texting, waits: standing.waits }),
    ...standing,
    startedBy: { id: startedBy, name: people.get(startedBy)?.name ?? '' },
    inboxId,
    problem,
    createdAt,
    updatedAt,
  };
}

/** The code that an inbox of this name gets now. */
export async function freeCode(db: Handle, name: string): Promise<string> {
  const code = apiCodeOf(name);
  return freeApiCode(code, await apiCodesLike(db, code));
}
