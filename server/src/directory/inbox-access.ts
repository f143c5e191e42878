import { includesCapability, refuse, type Capability } from '@latchbox/shared';
import { findAccess } from '../database/authorize.ts';
import type { Handle, Tx } from '../database/database.ts';
import { agentById } from '../database/directory/agents.ts';
import { inboxByRef, inboxesOfAgent, type StoredInbox } from '../database/directory/inboxes.ts';
import type { Actor } from './api.ts';
import type { DirectoryDeps } from './deps.ts';

/** An inbox for one of its members; anybody else gets the same `not_found` as for one that is not there. */
export async function memberInbox(
  db: Handle,
  agentId: string,
  ref: string,
): Promise<{ inbox: StoredInbox; capability: Capability }> {
  const inbox = await inboxByRef(db, ref);
  const access = await findAccess(db, agentId, { inboxId: inbox?.id ?? ref });
  if (inbox === undefined || access === undefined) throw refuse('not_found');
  return { inbox, capability: access.capability };
}

export interface VisibleInbox {
  readonly inbox: StoredInbox;
  readonly capability: Capability | null;
  readonly admin: boolean;
}

/**
 * An inbox for one of its members or an admin, who may administer a shared one without seeing what is in it. A personal one is not there
 * for admins either (H1).
 */
export async function visibleInbox(db: Handle, actor: Actor, ref: string): Promise<VisibleInbox> {
  const agent = await agentById(db, actor.agentId);
  const inbox = await inboxByRef(db, ref);
  const access = await findAccess(db, actor.agentId, { inboxId: inbox?.id ?? ref });
  const admin = agent?.state === 'active' && agent.role === 'admin' && inbox?.kind !== 'personal';
  if (inbox === undefined || (access === undefined && !admin)) throw refuse('not_found');
  return { inbox, capability: access?.capability ?? null, admin };
}

/** As `visibleInbox`; a member who does not manage it gets `forbidden`. */
export async function managedInbox(tx: Tx, actor: Actor, ref: string): Promise<VisibleInbox> {
  const visible = await visibleInbox(tx.db, actor, ref);
  const manages = visible.capability !== null && includesCapability(visible.capability, 'manage');
  if (!visible.admin && !manages) throw refuse('forbidden');
  return visible;
}

/** What an agent is a member of, and what it may do there. */
export async function memberInboxes(
  db: Handle,
  agentId: string,
): Promise<{ readonly id: string; readonly capability: Capability }[]> {
  return await inboxesOfAgent(db, agentId);
}

/** For lists that only admins see. */
export async function readAsAdmin(deps: Pick<DirectoryDeps, 'db'>, actor: Actor): Promise<void> {
  const agent = await agentById(deps.db.read, actor.agentId);
  if (agent?.state !== 'active' || agent.role !== 'admin') throw refuse('forbidden');
}
