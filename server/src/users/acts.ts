/** What every administrative act on a user begins with. */
import { refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { agentForUpdate, type AgentRow } from '../database/directory/agents.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { type AgentStep, requireStep } from '../directory/agent-states.ts';
import type { UsersDeps } from './deps.ts';

/** The audit's name of an act on a user. */
export const userAct = (action: string, objectId: string) => ({ action, objectType: 'agent', objectId });

/**
 * Runs an act of an admin on a user whose row is locked. A refused one that was `forbidden` is in the audit; throws `not_found` for
 * nobody and for system actors, and `refused` unless `step` leads away from the user's state.
 */
export function actOnUser<T>(
  deps: Pick<UsersDeps, 'db' | 'log'>,
  actor: Actor,
  { action, user, step }: { readonly action: string; readonly user: string; readonly step?: AgentStep },
  work: (tx: Tx, before: AgentRow) => Promise<T>,
): Promise<T> {
  return administer(deps, actor, userAct(action, user), async (tx) => {
    await requireAdmin(tx, actor);
    const before = await personForUpdate(tx, user);
    if (step !== undefined) requireStep(before.state, step);
    return await work(tx, before);
  });
}

export async function personForUpdate(tx: Tx, id: string): Promise<AgentRow> {
  const agent = await agentForUpdate(tx, id);
  if (agent?.kind !== 'person') throw refuse('not_found');
  return agent;
}
