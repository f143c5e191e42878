import { type Capability, includesCapability, refuse, refuseBy } from '@latchbox/shared';
import type { Handle, Tx } from '../database/database.ts';
import { findAccess } from '../database/authorize.ts';
import { agentForShare } from '../database/directory/agents.ts';
import {
  capabilityForUpdate,
  deleteMember,
  isInTeam,
  membersOfInbox,
  peopleOfTeam,
  upsertMember,
} from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import type { StoredInbox } from '../database/directory/inboxes.ts';
import { assignedTo, waitingOf } from '../database/hand-ons.ts';
import { appendEvent } from '../database/event-log.ts';
import { waitsForRegistration } from '../database/texting/waiting.ts';
import { administer, invalid } from './admin.ts';
import type { Actor, Inboxes, InboxMember, LeavingMember, MemberChange, MemberHoldings } from './api.ts';
import { changes } from './changes.ts';
import type { DirectoryDeps } from './deps.ts';
import { managedInbox, visibleInbox } from './inbox-access.ts';
import { leaveBehind } from './leave-behind.ts';
import { revokeInInbox } from './revoke.ts';

/** Adds a member of the inbox's team, or changes what a member may do. */
export function putMember(
  deps: DirectoryDeps,
  actor: Actor,
  ref: string,
  agentId: string,
  { capability, assignmentsTo }: MemberChange,
): Promise<InboxMember> {
  return administer(
    deps,
    actor,
    { action: 'inbox.member_put', objectType: 'inbox', objectId: ref },
    async (tx) => {
      const { inbox } = await managedInbox(tx, actor, ref);
      const to = await replacementIn(tx, inbox.id, agentId, assignmentsTo);
      return await setMember(tx, deps, inbox, { agentId, capability, assignmentsTo: to }, actor.agentId);
    },
  );
}

/** Who gets what a member has in an inbox. Strangers and who does not exist look alike to whoever manages it. */
async function replacementIn(
  tx: Tx,
  inboxId: string,
  leaver: string,
  to: string | null | undefined,
): Promise<string | null> {
  if (to === null || to === undefined) return null;
  const access = to === leaver ? undefined : await findAccess(tx, to, { inboxId });
  if (access === undefined || !includesCapability(access.capability, 'reply'))
    throw invalid('assignmentsTo', 'is no colleague who may reply in this inbox');
  return to;
}

/** What a member would leave behind; for admins and members who manage the inbox. */
export async function memberHoldings(
  { db }: Pick<DirectoryDeps, 'db'>,
  actor: Actor,
  ref: string,
  agentId: string,
): Promise<MemberHoldings> {
  return await db.readTogether(async (read) => {
    const { inbox, capability, admin } = await visibleInbox(read, actor, ref);
    const manages = capability !== null && includesCapability(capability, 'manage');
    if (!admin && !manages) throw refuse('forbidden');
    const members = await membersOfInbox(read, inbox.id);
    if (!members.some((member) => member.agentId === agentId)) throw refuse('not_found');
    return await holdingsIn(read, inbox.id, agentId);
  });
}

async function holdingsIn(db: Handle, inboxId: string, agentId: string): Promise<MemberHoldings> {
  const { open, snoozed } = await assignedTo(db, agentId, inboxId);
  return { assigned: { open, snoozed }, scheduled: (await waitingOf(db, agentId, inboxId)).length };
}

interface Leaver {
  readonly agentId: string;
  readonly inboxId: string;
  readonly by: string | null;
}

/** What somebody has in an inbox who replies there no more goes to a colleague or to nobody; answers what that is, for the audit. */
async function leaveInbox(
  tx: Tx,
  deps: DirectoryDeps,
  { agentId, inboxId, by }: Leaver,
  assignmentsTo: string | null,
): Promise<{ readonly left?: MemberHoldings & { readonly assignmentsTo: string | null } }> {
  const left = await holdingsIn(tx.db, inboxId, agentId);
  if (left.assigned.open + left.assigned.snoozed + left.scheduled === 0) return {};
  await leaveBehind(tx, deps, { agentId, inboxId, by: by ?? agentId }, { assignmentsTo });
  return { left: { ...left, assignmentsTo } };
}

/** Who of the inbox's team could be added. Throws `not_found` and `forbidden`. */
export async function candidatesOf(
  { db }: Pick<DirectoryDeps, 'db'>,
  actor: Actor,
  ref: string,
): ReturnType<Inboxes['candidates']> {
  return await db.readTogether(async (read) => {
    const { inbox, capability, admin } = await visibleInbox(read, actor, ref);
    const manages = capability !== null && includesCapability(capability, 'manage');
    if (!admin && !manages) throw refuse('forbidden');
    const members = new Set((await membersOfInbox(read, inbox.id)).map(({ agentId }) => agentId));
    const people = (await peopleOfTeam(read, inbox.teamId)).filter(({ id }) => !members.has(id));
    return { people, waits: await waitsForRegistration(read, inbox.id) };
  });
}

/** `by` has been checked by the caller. Throws `not_registered` for somebody new in an inbox that waits for its registration (M4), unless `evenWaiting`. */
export async function setMember(
  tx: Tx,
  deps: DirectoryDeps,
  inbox: StoredInbox,
  member: { agentId: string; capability: Capability; assignmentsTo?: string | null },
  by: string,
  { evenWaiting = false }: { readonly evenWaiting?: boolean } = {},
): Promise<InboxMember> {
  const { agentId, capability } = member;
  if (inbox.kind === 'personal') throw refuseBy('inbox_personal_alone');
  const before = await capabilityForUpdate(tx, inbox.id, agentId);
  const waits = await waitsForRegistration(tx.db, inbox.id);
  if (before === undefined && waits && !evenWaiting) throw refuse('not_registered');
  const agent = await agentForShare(tx, agentId);
  // Whoever is not in the team is answered like whoever does not exist: a manager learns nothing about other teams.
  const inTeam = agent !== undefined && (await isInTeam(tx, inbox.teamId, agentId));
  if (agent === undefined || !inTeam) throw invalid('agent', "is not in the inbox's team");
  const since = await upsertMember(tx, inbox.id, agentId, capability);
  const record = { agentId, name: agent.name, capability, since };
  if (before === capability) return record;
  const lowered =
    before !== undefined && includesCapability(before, 'reply') && !includesCapability(capability, 'reply');
  await revokeInInbox(tx, deps, { agentId, inboxId: inbox.id, endLocks: lowered }, by);
  const who = { agentId, inboxId: inbox.id, by };
  const left = lowered ? await leaveInbox(tx, deps, who, member.assignmentsTo ?? null) : {};
  await writeAudit(tx, {
    actorId: by,
    action: 'inbox.member_put',
    objectType: 'inbox',
    objectId: inbox.id,
    details: { agentId, ...changes({ capability: before ?? null }, { capability }), ...left },
  });
  const person = { id: agentId, name: agent.name };
  await appendEvent(tx, `inbox:${inbox.id}`, { type: 'member.changed', person, capability }, deps.wake);
  // Whoever is told of it later, is told when it comes out of its waiting (M4).
  if (!waits) {
    const visible = { type: 'inbox.visible', inbox: { ...inbox, capability } } as const;
    await appendEvent(tx, `agent:${agentId}`, visible, deps.wake);
  }
  return record;
}

/**
 * Takes a member out: the locks there end, open connections of every server lose the inbox within a second, and what was theirs there is
 * a colleague's or nobody's.
 */
export function removeMember(
  deps: DirectoryDeps,
  actor: Actor,
  ref: string,
  agentId: string,
  { assignmentsTo }: LeavingMember = {},
): Promise<void> {
  return administer(
    deps,
    actor,
    { action: 'inbox.member_removed', objectType: 'inbox', objectId: ref },
    async (tx) => {
      const { inbox } = await managedInbox(tx, actor, ref);
      if (inbox.kind === 'personal') throw refuseBy('inbox_personal_alone');
      const to = await replacementIn(tx, inbox.id, agentId, assignmentsTo);
      const leaver = { agentId, inboxId: inbox.id, by: actor.agentId };
      if (!(await dropMember(tx, deps, leaver, to))) throw refuse('not_found');
    },
  );
}

/** False: was no member. `by` has been checked by the caller. */
export async function dropMember(
  tx: Tx,
  deps: DirectoryDeps,
  leaver: Leaver,
  assignmentsTo: string | null,
): Promise<boolean> {
  const { agentId, inboxId, by } = leaver;
  const capability = await deleteMember(tx, inboxId, agentId);
  if (capability === undefined) return false;
  const agent = await agentForShare(tx, agentId);
  await revokeInInbox(tx, deps, { agentId, inboxId, endLocks: true }, by);
  const left = await leaveInbox(tx, deps, leaver, assignmentsTo);
  await writeAudit(tx, {
    actorId: by,
    action: 'inbox.member_removed',
    objectType: 'inbox',
    objectId: inboxId,
    details: { agentId, ...changes({ capability }, { capability: null }), ...left },
  });
  const person = { id: agentId, name: agent?.name ?? '' };
  await appendEvent(tx, `inbox:${inboxId}`, { type: 'member.changed', person, capability: null }, deps.wake);
  await appendEvent(tx, `agent:${agentId}`, { type: 'inbox.hidden', inboxId }, deps.wake);
  return true;
}
