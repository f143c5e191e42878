import type { Tx } from '../database/database.ts';
import { endSessionsOf, endSignIn, openSignIns } from '../database/directory/sign-ins.ts';
import { inboxIdsOfAgent, raiseMemberVersion } from '../database/directory/inboxes.ts';
import type { DirectoryDeps } from './deps.ts';

/** Hint: somebody may do less than before. Every server re-checks the sockets it concerns at once. */
export const REVOKE = 'revoke';
export interface Revoked {
  readonly agentId: string;
  /** Only in this inbox; null: everywhere. */
  readonly inboxId: string | null;
  /** Only the sockets of this sign-in; null: all of the agent. */
  readonly signInId: string | null;
}

type RevokeDeps = Pick<DirectoryDeps, 'locks' | 'hints'>;

function hint(tx: Tx, deps: RevokeDeps, revoked: Revoked): void {
  // A lost hint costs a second at most: pumps compare the inbox's member version, gateways re-check their sockets.
  tx.afterCommit(() => deps.hints.publish(REVOKE, revoked));
}

/** The agent's membership of an inbox was changed in this transaction: ends the locks there, and tells the servers. */
export async function revokeInInbox(
  tx: Tx,
  deps: RevokeDeps,
  change: { agentId: string; inboxId: string; endLocks: boolean },
  by: string | null,
): Promise<void> {
  const { agentId, inboxId } = change;
  await raiseMemberVersion(tx, inboxId);
  if (change.endLocks) await deps.locks.endInScope(tx, { agentId, inboxId }, 'access_lost', by);
  hint(tx, deps, { agentId, inboxId, signInId: null });
}

/** The agent's role was lowered in this transaction: every lock ends, every socket is re-checked. */
export async function revokeEverywhere(
  tx: Tx,
  deps: RevokeDeps,
  agentId: string,
  by: string | null,
): Promise<void> {
  for (const inboxId of await inboxIdsOfAgent(tx, agentId)) await raiseMemberVersion(tx, inboxId);
  await deps.locks.endInScope(tx, { agentId }, 'access_lost', by);
  hint(tx, deps, { agentId, inboxId: null, signInId: null });
}

/** Ends every sign-in and session of an agent, before its locks: a grant that is under way is committed by then, or finds no session. */
export async function endSignInsOf(tx: Tx, agentId: string): Promise<void> {
  for (const signInId of await openSignIns(tx, agentId)) await endSignIn(tx, signInId);
  await endSessionsOf(tx, { agentId });
}

/** As `revokeEverywhere`, and every sign-in and session of the agent ends: deactivated, or a new password was set. */
export async function signOutEverywhere(
  tx: Tx,
  deps: RevokeDeps,
  agentId: string,
  by: string | null,
): Promise<void> {
  await endSignInsOf(tx, agentId);
  await revokeEverywhere(tx, deps, agentId, by);
}

/** Ends one sign-in with its sessions and their locks. False: it was over already. */
export async function revokeSignIn(tx: Tx, deps: RevokeDeps, signInId: string): Promise<boolean> {
  const agentId = await endSignIn(tx, signInId);
  if (agentId === undefined) return false;
  await endSessionsOf(tx, { signInId });
  await deps.locks.endInScope(tx, { signInId }, 'signed_out', null);
  hint(tx, deps, { agentId, inboxId: null, signInId });
  return true;
}
