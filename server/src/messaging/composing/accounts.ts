import { type Accounts, includesCapability, refuse } from '@latchbox/shared';
import { accountsOf, type AgentAccount, defaultInboxOf, setDefaultInbox } from '../../database/accounts.ts';
import { authorize } from '../../database/authorize.ts';
import type { Handle } from '../../database/database.ts';
import type { MessagingDeps } from '../deps.ts';

export interface AccountDeps extends MessagingDeps {
  /** False: there are no simulated customers to write to. */
  readonly simulator: boolean;
}

/** What an agent may send from, those of its default inbox first (W2). */
export function listAccounts(deps: AccountDeps, agentId: string): Promise<Accounts> {
  return deps.db.readTogether(async (db) => {
    const mine = (await accountsIn(db, deps, agentId)).filter(({ capability }) =>
      includesCapability(capability, 'reply'),
    );
    const set = await defaultInboxOf(db, agentId);
    const isDefault = ({ inboxId }: AgentAccount): boolean => inboxId === set;
    const ordered = [...mine.filter(isDefault), ...mine.filter((account) => !isDefault(account))];
    return {
      accounts: ordered.map(({ capability: _capability, numberId: _numberId, ...account }) => account),
      defaultInboxId: mine.some(isDefault) ? set : null,
    };
  });
}

/** All that an agent sees, also what it may only read. */
async function accountsIn(db: Handle, deps: AccountDeps, agentId: string): Promise<AgentAccount[]> {
  const all = await accountsOf(db, agentId);
  return deps.simulator ? all : all.filter(({ channel }) => channel !== 'simulator');
}

/** One account of an agent by its id, whatever the agent may do there. Throws `not_found`. */
export async function accountById(
  db: Handle,
  deps: AccountDeps,
  agentId: string,
  id: string,
): Promise<AgentAccount> {
  const found = (await accountsIn(db, deps, agentId)).find((account) => account.id === id);
  if (found === undefined) throw refuse('not_found');
  return found;
}

/** Sets or clears the agent's default inbox. Throws `not_found`, or `forbidden` where the agent may only read. */
export async function setDefault(deps: AccountDeps, agentId: string, inboxId: string | null): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    if (await setDefaultInbox(tx, agentId, inboxId)) return;
    await authorize(tx, agentId, 'reply', { inboxId: inboxId ?? '' });
    throw refuse('not_found');
  });
}
