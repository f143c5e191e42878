import type { Handle } from '../../database/database.ts';
import { agentUndoFor } from '../../database/people.ts';
import { getMeta } from '../../database/meta.ts';

/**
 * How long (ms) this agent's replies wait before they leave: what the agent set, else what the organisation set, else `usual`. 0 for
 * system actors: nobody is there who could undo.
 */
export async function undoFor(db: Handle, agentId: string, usual: number): Promise<number> {
  const agent = await agentUndoFor(db, agentId);
  if (agent === undefined || agent.kind === 'system') return 0;
  if (agent.undoFor !== null) return agent.undoFor;
  const set = await getMeta(db, 'undo_for');
  return set === undefined ? usual : Number(set);
}
