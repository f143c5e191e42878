/** What every act of somebody at their own account begins with (T14). */
import { refuse, refuseBy } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { agentById, agentForUpdate, type AgentRow } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { invalid } from '../directory/admin.ts';
import { createLimit } from '../directory/limits.ts';
import { userAct } from './acts.ts';
import type { UsersDeps } from './deps.ts';

/** Somebody at their own account: only by a sign-in of their own, never by a key. */
export interface Self {
  readonly agentId: string;
  readonly signInId: string;
}

/** Passwords tried at one's own account, within ten minutes. */
const TRIES = 10;

/** Answers whose password it is. Throws `invalid` at `path`, `rate_limited`, and `refused` for an account without one. */
export type RequirePassword = (self: Self, password: string, path: string) => Promise<AgentRow>;

export function createRequirePassword(deps: UsersDeps): RequirePassword {
  const tries = createLimit(TRIES, 600, deps.config.RATE_LIMIT_FACTOR);

  /** Whoever sits down at somebody's open page does not know it. */
  return async ({ agentId }, password, path) => {
    await tries.take(agentId);
    const agent = await agentById(deps.db.read, agentId);
    if (agent?.state !== 'active') throw refuse('forbidden');
    if (agent.passwordHash === null) throw refuseBy('user_no_password');
    if (!(await deps.passwords.matches(agent.passwordHash, password))) {
      await deps.db.inTransaction((tx) =>
        writeAudit(tx, { actorId: agentId, ...userAct('user.password_refused', agentId) }),
      );
      throw invalid(path, 'is not right');
    }
    await tries.forget(agentId);
    return agent;
  };
}

/** Their row, locked to the commit. Throws `forbidden` where they may do nothing any more. */
export async function ownRow(tx: Tx, agentId: string): Promise<AgentRow> {
  const agent = await agentForUpdate(tx, agentId);
  if (agent?.state !== 'active') throw refuse('forbidden');
  return agent;
}
