/** Whether there is a place for a mailbox: of its address, and on the seat of whose it is (O1, O2, O6). */
import { refuse, refuseBy } from '@latchbox/shared';
import type { Tx } from '../../../database/database.ts';
import { agentForShare, type AgentRow } from '../../../database/directory/agents.ts';
import { holderOf } from '../../../database/seats/seats.ts';
import type { Actor } from '../../../directory/api.ts';
import type { Verdict } from '../../../seats/address-rules.ts';
import { judgeAddress, judgeAlias, type Without } from '../../../seats/facts.ts';
import { personOf } from '../../../seats/people.ts';
import { refusalOf } from '../../../seats/refusals.ts';

/** For a shared mailbox: nobody else's seat has the address, nor has requested it. Throws `refused`. */
export async function requireFree(
  tx: Tx,
  actor: Actor,
  address: string,
  without: Without = {},
): Promise<void> {
  const holder = await holderOf(tx.db, address, without);
  // One that its inbox has for itself becomes the mailbox's; another inbox's is refused where it is given.
  if (holder === undefined || holder.kind === 'inbox') return;
  const asker = await agentForShare(tx, actor.agentId);
  const of = holder.ownerId === null ? undefined : await agentForShare(tx, holder.ownerId);
  const verdict = { is: 'refused', rule: 'mailbox_in_use', ...(of && { of: personOf(of) }) } as const;
  throw refusalOf(verdict, { admin: asker?.role === 'admin' });
}

interface Judged {
  readonly actor: Actor;
  readonly owner: AgentRow;
  readonly without: Without;
}

/** That somebody's own mailbox may have another address. Throws `refused`, also where only an admin could say whose it is. */
export async function requireOwnAddress(
  tx: Tx,
  address: string,
  { actor, owner, without }: Judged,
): Promise<Extract<Verdict, { is: 'own' | 'unknown' }>> {
  const admin = await isAdminNow(tx, actor);
  const verdict = await judgeAddress(tx.db, owner, address, without);
  if (verdict.is === 'refused') throw refusalOf(verdict, { admin });
  if (verdict.is === 'unknown' && !admin) throw refuseBy('mailbox_needs_approval');
  return verdict;
}

/** That somebody's own mailbox may have these aliases. What was among `before` may stay. */
export async function requireOwnAliases(
  tx: Tx,
  aliases: readonly string[],
  { actor, owner, without }: Judged,
  before: readonly string[] = [],
): Promise<void> {
  const admin = await isAdminNow(tx, actor);
  for (const alias of aliases) {
    if (before.includes(alias)) continue;
    const verdict = await judgeAlias(tx.db, owner, alias, without);
    if (verdict.is === 'refused') throw refusalOf(verdict, { admin });
    if (verdict.is === 'unknown' && !admin) throw refuseBy('mailbox_alias_unknown');
  }
}

async function isAdminNow(tx: Tx, actor: Actor): Promise<boolean> {
  const asker = await agentForShare(tx, actor.agentId);
  if (asker?.state !== 'active') throw refuse('not_found');
  return asker.role === 'admin';
}
