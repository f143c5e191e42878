import { refuse, refuseBy, type Role } from '@latchbox/shared';
import type { AgentState } from '@latchbox/shared/model/agent';
import type { Tx } from '../database/database.ts';
import {
  agentForUpdate,
  type AgentRow,
  countOtherAdmins,
  insertAgent,
  listAgents,
  updateAgent,
} from '../database/directory/agents.ts';
import { endLinks, neverAccepted } from '../database/directory/user-links.ts';
import { insertTeamMember, teamById } from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import { newId } from '../lib/ids.ts';
import { administer, invalid, requireAdmin } from './admin.ts';
import { refuseState, stepBetween } from './agent-states.ts';
import type { Actor, AgentChange, AgentRecord, Agents, NewAgent } from './api.ts';
import { changes } from './changes.ts';
import type { DirectoryDeps } from './deps.ts';
import { readAsAdmin } from './inbox-access.ts';
import { type HandOnTo, leaveBehind } from './leave-behind.ts';
import { checkPassword, type Passwords } from './passwords.ts';
import { revokeEverywhere, signOutEverywhere } from './revoke.ts';
import { normalEmail } from './sign-in.ts';

export interface AgentDeps extends DirectoryDeps {
  readonly passwords: Passwords;
}

export function createAgents(deps: AgentDeps): Agents {
  const act = (action: string, objectId: string) => ({ action, objectType: 'agent', objectId });
  return {
    async agents(actor) {
      await readAsAdmin(deps, actor);
      return (await listAgents(deps.db.read)).map(toRecord);
    },

    async createAgent(actor, input) {
      // Hashing takes long and must not hold up other writers: it is done before the transaction, for admins only.
      await readAsAdmin(deps, actor).catch(() => refuseAct(deps, actor));
      const passwordHash = await newHash(deps, input.password, input.email ?? null);
      return await administer(deps, actor, act('agent.created', ''), async (tx) => {
        await requireAdmin(tx, actor);
        return await createAgent(tx, input, passwordHash, actor.agentId);
      });
    },

    async changeAgent(actor, agentId, input) {
      return await administer(deps, actor, act('agent.changed', agentId), async (tx) => {
        await requireAdmin(tx, actor);
        return await changeAgent(tx, deps, actor, agentId, input);
      });
    },
  };
}

/** Leaves the line in the audit that a refused act leaves. */
async function refuseAct(deps: AgentDeps, actor: Actor): Promise<never> {
  const act = { action: 'agent.created', objectType: 'agent', objectId: '' };
  return await administer(deps, actor, act, () => {
    throw refuse('forbidden');
  });
}

function toRecord({ id, kind, name, email, role, state, externalId }: AgentRow): AgentRecord {
  return { id, kind, name, email, role, state, externalId };
}

async function newHash(
  deps: AgentDeps,
  password: string | undefined,
  email: string | null,
): Promise<string | null> {
  if (password === undefined) return null;
  checkPassword(password, email, 'password');
  return await deps.passwords.hash(password);
}

/** `by` has been checked by the caller; null: nobody is there yet. */
export async function createAgent(
  tx: Tx,
  input: NewAgent,
  passwordHash: string | null,
  by: string | null,
): Promise<AgentRecord> {
  const { kind, name, role = 'agent' } = input;
  if (kind === 'person' && input.email === undefined) throw invalid('email', 'is needed for a person');
  if (kind === 'system' && (input.email ?? input.password) !== undefined)
    throw invalid('kind', 'a system actor cannot sign in');
  if (kind === 'system' && role === 'admin') throw invalid('role', 'a system actor cannot be an admin');
  const id = newId('agt');
  const email = input.email === undefined ? null : normalEmail(input.email);
  const externalId = input.externalId ?? null;
  const row: AgentRow = {
    id,
    kind,
    name,
    email,
    role,
    passwordHash,
    externalId,
    undoFor: null,
    state: input.state ?? 'active',
    stateAt: null,
    verifiedAt: null,
    verifiedVia: null,
    factorRequired: false,
    defaultInboxId: null,
    createdAt: tx.now,
  };
  await insertAgent(tx, row);
  for (const teamId of new Set(input.teamIds)) {
    if ((await teamById(tx.db, teamId)) === undefined) throw invalid('teamIds', 'there is no such team');
    await insertTeamMember(tx, teamId, id);
  }
  await writeAudit(tx, {
    actorId: by,
    action: 'agent.created',
    objectType: 'agent',
    objectId: id,
    details: { kind, name, role, externalId, teamIds: input.teamIds ?? [] },
  });
  return toRecord(row);
}

async function changeAgent(
  tx: Tx,
  deps: AgentDeps,
  actor: Actor,
  agentId: string,
  input: AgentChange,
): Promise<AgentRecord> {
  const before = await agentForUpdate(tx, agentId);
  if (before === undefined) throw refuse('not_found');
  if (before.kind === 'system' && input.role === 'admin')
    throw invalid('role', 'a system actor cannot be an admin');
  const { state = before.state } = input;
  if (state !== before.state) await requireWay(tx, actor, before, state);
  return toRecord((await applyChange(tx, deps, before, input, { by: actor.agentId })).after);
}

/** An admin's way from one state to another: not by accepting for somebody else, and nobody shuts the door behind themselves. */
async function requireWay(tx: Tx, actor: Actor, before: AgentRow, to: AgentState): Promise<void> {
  const step = stepBetween(before.state, to);
  if (step === undefined || step === 'accepted') refuseState(before.state);
  if (step === 'reactivated' && (await neverAccepted(tx.db, before.id)))
    throw refuseBy('user_never_accepted');
  if (step !== 'reactivated' && step !== 'unlocked' && actor.agentId === before.id)
    throw refuseBy('user_is_yourself');
}

export interface AppliedChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly state?: AgentState | undefined;
  readonly email?: string | undefined;
  readonly externalId?: string | null | undefined;
  /** A new one ends every sign-in of the agent. */
  readonly passwordHash?: string | null | undefined;
}

export interface AppliedHow {
  readonly by: string;
  readonly action?: string;
  readonly details?: Record<string, unknown>;
  /** To whom goes what is left behind by a deactivation; left out: to nobody. */
  readonly handTo?: HandOnTo;
}

export interface Applied {
  readonly before: AgentRow;
  readonly after: AgentRow;
  /** By what is handed on; undefined: nobody left. */
  readonly handOn: string | undefined;
}

/**
 * Changes a locked row of an agent, and ends what it may no longer have: sign-ins, locks, links under way. What somebody leaves who is
 * deactivated is handed on, whichever way led there. Whether the step between the states may be taken has been checked; throws `refused`
 * where no admin would be left (`user_last_admin`).
 */
export async function applyChange(
  tx: Tx,
  deps: Pick<DirectoryDeps, 'locks' | 'hints'>,
  before: AgentRow,
  change: AppliedChange,
  how: AppliedHow,
): Promise<Applied> {
  const { state = before.state, role = before.role, passwordHash = null } = change;
  const lowered = before.role === 'admin' && role === 'agent';
  const left = before.state === 'active' && state !== 'active';
  const wasAdmin = before.role === 'admin' && before.state === 'active';
  if (wasAdmin && (lowered || left) && (await countOtherAdmins(tx, before.id)) === 0)
    throw refuseBy('user_last_admin');
  const { email = before.email } = change;
  const after = await updateAgent(tx, before.id, {
    name: change.name ?? before.name,
    role,
    state,
    email,
    externalId: change.externalId === undefined ? before.externalId : change.externalId,
    passwordHash: passwordHash ?? before.passwordHash,
    ...(state === before.state ? {} : { stateAt: tx.now }),
    // Another address is nobody's until it is proved.
    ...(email === before.email ? {} : { verifiedAt: null, verifiedVia: null }),
  });
  if (after === undefined) throw refuse('not_found');
  await writeAudit(tx, {
    actorId: how.by,
    action: how.action ?? 'agent.changed',
    objectType: 'agent',
    objectId: before.id,
    details: {
      ...changes(toRecord(before), toRecord(after)),
      password: passwordHash !== null,
      ...how.details,
    },
  });
  // Whoever has a link in an old mail must not come in by it any more.
  if (state !== before.state || passwordHash !== null || email !== before.email)
    await endLinks(tx, before.id);
  if (left || passwordHash !== null) await signOutEverywhere(tx, deps, before.id, how.by);
  else if (lowered) await revokeEverywhere(tx, deps, before.id, how.by);
  const gone = state === 'deactivated' && before.state !== state;
  const who = { agentId: before.id, inboxId: null, by: how.by };
  return { before, after, handOn: gone ? await leaveBehind(tx, deps, who, how.handTo) : undefined };
}
