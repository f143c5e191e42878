/** Inviting somebody (T14, H3): an account that waits, and a link that opens it once. */
import { refuse, refuseBy } from '@latchbox/shared';
import type { User } from '@latchbox/shared/http/users';
import type { Capability, Role } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { agentByEmail, agentById, type AgentRow, updateAgent } from '../database/directory/agents.ts';
import { inboxByRef } from '../database/directory/inboxes.ts';
import { insertTeamMember } from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import { neverAccepted, provedElsewhere } from '../database/directory/user-links.ts';
import { getMeta } from '../database/meta.ts';
import { administer, invalid, requireAdmin } from '../directory/admin.ts';
import { applyChange, createAgent } from '../directory/agents.ts';
import { requireStep } from '../directory/agent-states.ts';
import type { Actor } from '../directory/api.ts';
import { setMember } from '../directory/inbox-members.ts';
import { checkPassword } from '../directory/passwords.ts';
import { normalEmail } from '../directory/sign-in.ts';
import { hashSecret } from '../lib/ids.ts';
import { actOnUser, personForUpdate, userAct } from './acts.ts';
import type { UsersDeps } from './deps.ts';
import { linkOf, sendLink, type Sent, takeLinkOf } from './links.ts';
import { userById } from './records.ts';

export interface Invitation {
  readonly email: string;
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly teamIds?: readonly string[] | undefined;
  readonly inboxes?: readonly { readonly inbox: string; readonly capability: Capability }[] | undefined;
  readonly sendTo?: string | undefined;
  readonly byHand?: boolean | undefined;
}
export type Resent = Pick<Invitation, 'sendTo' | 'byHand'>;
export type Invited = { readonly user: User } & Sent;

/** Creates an account that waits for its owner, with its teams and inboxes, and sends the link. */
export async function invite(deps: UsersDeps, actor: Actor, input: Invitation): Promise<Invited> {
  return await administer(deps, actor, userAct('user.invited', ''), async (tx) => {
    await requireAdmin(tx, actor);
    const email = normalEmail(input.email);
    const { id } = await createAgent(
      tx,
      {
        kind: 'person',
        name: input.name ?? email.split('@')[0] ?? email,
        email,
        role: input.role,
        teamIds: input.teamIds,
        state: 'invited',
      },
      null,
      actor.agentId,
    );
    for (const { inbox: ref, capability } of input.inboxes ?? []) {
      const inbox = await inboxByRef(tx.db, ref);
      // A personal one is its owner's alone, and to everybody else not there (H1).
      if (inbox?.kind !== 'shared') throw invalid('inboxes', 'there is no such inbox');
      // Whoever is invited into an inbox belongs to its team.
      await insertTeamMember(tx, inbox.teamId, id);
      await setMember(tx, deps, inbox, { agentId: id, capability }, actor.agentId);
    }
    return await mailIt(tx, deps, actor, await personForUpdate(tx, id), input);
  });
}

/** The same link anew: also for one whose invitation was withdrawn before they ever came. */
export async function inviteAgain(
  deps: UsersDeps,
  actor: Actor,
  user: string,
  input: Resent,
): Promise<Invited> {
  return await actOnUser(deps, actor, { action: 'user.invitation_sent', user }, async (tx, before) => {
    if (before.state !== 'invited') {
      requireStep(before.state, 'invited');
      if (!(await neverAccepted(tx.db, user))) throw refuseBy('user_has_been_here');
      await updateAgent(tx, user, { state: 'invited', stateAt: tx.now });
    }
    return await mailIt(tx, deps, actor, before, input);
  });
}

async function mailIt(
  tx: Tx,
  deps: UsersDeps,
  actor: Actor,
  agent: AgentRow,
  { sendTo, byHand }: Resent,
): Promise<Invited> {
  const to = sendTo === undefined ? undefined : await aliasOf(tx, agent, sendTo);
  const admin = await agentById(tx.db, actor.agentId);
  const by = { id: actor.agentId, name: admin?.name ?? '' };
  const sent = await sendLink(tx, deps, { kind: 'invitation', agent, by, to, byHand });
  await writeAudit(tx, {
    actorId: actor.agentId,
    ...userAct('user.invitation_sent', agent.id),
    details: { sentTo: to ?? agent.email, mailed: sent.mailed },
  });
  return { user: await userById(tx.db, agent.id), ...sent };
}

/** An alias or forwarding address of a user: never one that stands for a colleague. */
export async function aliasOf(tx: Tx, agent: AgentRow, alias: string): Promise<string> {
  const address = normalEmail(alias);
  if (address === agent.email) return address;
  const colleague = await agentByEmail(tx.db, address);
  if (colleague !== undefined || (await provedElsewhere(tx.db, agent.id, address)))
    throw refuseBy('user_alias_of_colleague');
  return address;
}

/** Its link ends. Whoever comes with it is told that it is over. */
export async function withdraw(deps: UsersDeps, actor: Actor, user: string): Promise<User> {
  const act = { action: 'user.invitation_withdrawn', user, step: 'withdrawn' } as const;
  return await actOnUser(deps, actor, act, async (tx, before) => {
    await applyChange(tx, deps, before, { state: 'deactivated' }, { by: actor.agentId, action: act.action });
    return await userById(tx.db, user);
  });
}

/** For the page behind the link. Throws `not_found` for one that does not stand. */
export async function readInvitation(deps: UsersDeps, token: string) {
  const link = await linkOf(deps, 'invitation', token);
  const agent = link && (await agentById(deps.db.read, link.agentId));
  if (link === undefined || agent?.state !== 'invited') throw refuse('not_found');
  const by = link.createdBy === null ? undefined : await agentById(deps.db.read, link.createdBy);
  return {
    organisation: (await getMeta(deps.db.read, 'organisation')) ?? '',
    email: agent.email ?? '',
    name: agent.name === agent.email?.split('@')[0] ? '' : agent.name,
    invitedBy: by?.name ?? null,
  };
}

/** Makes the account active. Of two who come with the same link at once, one gets it. */
export async function accept(
  deps: UsersDeps,
  input: { readonly token: string; readonly name: string; readonly password: string },
): Promise<void> {
  const tokenHash = hashSecret(input.token);
  const { email } = await readInvitation(deps, input.token);
  checkPassword(input.password, email, 'password');
  // Before the transaction: it takes long.
  const passwordHash = await deps.passwords.hash(input.password);
  await deps.db.inTransaction(async (tx) => {
    const { agent: found, link } = await takeLinkOf(tx, 'invitation', tokenHash);
    if (found.state !== 'invited') throw refuse('not_found');
    const how = { by: found.id, action: 'user.accepted' };
    const change = { name: input.name, state: 'active', passwordHash } as const;
    await applyChange(tx, deps, found, change, how);
    if (link.proves) await prove(tx, found, link.sentTo);
  });
}

/** The address is theirs: somebody has read what was sent to it, or to an alias that an admin named. */
export async function prove(tx: Tx, agent: Pick<AgentRow, 'id' | 'email'>, sentTo: string): Promise<void> {
  const via = sentTo === agent.email ? 'mail' : 'alias';
  await updateAgent(tx, agent.id, { verifiedAt: tx.now, verifiedVia: via });
  await writeAudit(tx, {
    actorId: agent.id,
    ...userAct('user.verified', agent.id),
    details: { via, address: sentTo },
  });
}
