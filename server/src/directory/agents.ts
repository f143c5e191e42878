import { refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import {
  agentForUpdate,
  type AgentRow,
  countOtherAdmins,
  insertAgent,
  listAgents,
  updateAgent,
} from '../database/directory/agents.ts';
import { insertTeamMember, teamById } from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import { newId } from '../lib/ids.ts';
import { administer, invalid, requireAdmin } from './admin.ts';
import type { Actor, AgentChange, AgentRecord, Agents, NewAgent } from './api.ts';
import { changes } from './changes.ts';
import type { DirectoryDeps } from './deps.ts';
import { readAsAdmin } from './inbox-access.ts';
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
      await readAsAdmin(deps, actor).catch(() => refuseAct(deps, actor));
      const passwordHash = await newHash(deps, input.password, input.email ?? null);
      return await administer(deps, actor, act('agent.created', ''), async (tx) => {
        await requireAdmin(tx, actor);
        return await createAgent(tx, input, passwordHash, actor.agentId);
      });
    },

    async changeAgent(actor, agentId, input) {
      // Hashing takes long and must not hold up other writers: it is done before the transaction, for admins only.
      await readAsAdmin(deps, actor).catch(() => refuseAct(deps, actor, agentId));
      const passwordHash = await newHash(deps, input.password, null);
      return await administer(deps, actor, act('agent.changed', agentId), async (tx) => {
        await requireAdmin(tx, actor);
        return await changeAgent(tx, deps, actor, agentId, input, passwordHash);
      });
    },
  };
}

/** Leaves the line in the audit that a refused act leaves. */
async function refuseAct(deps: AgentDeps, actor: Actor, agentId?: string): Promise<never> {
  const action = agentId === undefined ? 'agent.created' : 'agent.changed';
  return await administer(deps, actor, { action, objectType: 'agent', objectId: agentId ?? '' }, () => {
    throw refuse('forbidden');
  });
}

function toRecord({ id, kind, name, email, role, active, externalId }: AgentRow): AgentRecord {
  return { id, kind, name, email, role, active, externalId };
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
    active: true,
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
  passwordHash: string | null,
): Promise<AgentRecord> {
  const before = await agentForUpdate(tx, agentId);
  if (before === undefined) throw refuse('not_found');
  if (before.kind === 'system' && input.password !== undefined)
    throw invalid('password', 'a system actor cannot sign in');
  if (before.kind === 'system' && input.role === 'admin')
    throw invalid('role', 'a system actor cannot be an admin');
  if (input.password !== undefined) checkPassword(input.password, before.email, 'password');
  const lowered = before.role === 'admin' && input.role === 'agent';
  const deactivated = before.active && input.active === false;
  if (before.role === 'admin' && (lowered || deactivated) && (await countOtherAdmins(tx, agentId)) === 0) {
    throw invalid(lowered ? 'role' : 'active', 'is the last admin');
  }
  const after = await updateAgent(tx, agentId, {
    name: input.name ?? before.name,
    role: input.role ?? before.role,
    active: input.active ?? before.active,
    externalId: input.externalId === undefined ? before.externalId : input.externalId,
    passwordHash: passwordHash ?? before.passwordHash,
  });
  if (after === undefined) throw refuse('not_found');
  const { password } = input;
  await writeAudit(tx, {
    actorId: actor.agentId,
    action: 'agent.changed',
    objectType: 'agent',
    objectId: agentId,
    details: { ...changes(toRecord(before), toRecord(after)), password: password !== undefined },
  });
  if (deactivated || password !== undefined) await signOutEverywhere(tx, deps, agentId, actor.agentId);
  else if (lowered) await revokeEverywhere(tx, deps, agentId, actor.agentId);
  return toRecord(after);
}
