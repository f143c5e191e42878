import { ERRORS, RULES } from '@latchbox/shared';
import type { MasterResult } from '@latchbox/shared/http/masters';
import type { Tx } from '../../../../database/database.ts';
import { agentForShare } from '../../../../database/directory/agents.ts';
import type { Wake } from '../../../../database/event-log.ts';
import { writeAudit } from '../../../../database/directory/records.ts';
import { holdMailboxesAround, type MasterRow, writeMaster } from '../../../../database/mailbox-masters.ts';
import type { Actor } from '../../../../directory/api.ts';
import { actOn } from '../managed.ts';
import { rightsOf } from './rights.ts';
import { planMasters } from './rules.ts';
import { tellOwners } from './tell.ts';

/** Sets or clears the master of each that may have it, with a result for each, in the order given. */
export async function setAll(
  tx: Tx,
  deps: { readonly wake: Wake },
  actor: Actor,
  ids: readonly string[],
  masterId: string | null,
): Promise<MasterResult[]> {
  // The right first, then the rows: the order of all transactions.
  const by = await agentForShare(tx, actor.agentId);
  const rightOver = await rightsOf(tx.db, actor);
  const around = await holdMailboxesAround(tx, masterId === null ? ids : [...ids, masterId]);
  const known = new Map(around.map((row) => [row.id, row]));
  const mine = ids.flatMap((id) => {
    const mailbox = known.get(id);
    return mailbox !== undefined && rightOver(mailbox) === 'may' ? [mailbox] : [];
  });
  const planned = planMasters(known, mine, masterId);
  const changed = mine.filter(({ id, masterId: before }) => {
    const one = planned.get(id);
    return one !== undefined && 'from' in one && before !== masterId;
  });
  await writeMaster(
    tx,
    changed.map(({ id }) => id),
    masterId,
    actor.agentId,
  );
  for (const mailbox of changed) await auditSet(tx, actor, mailbox, known, masterId);
  for (const id of ids.filter((one) => rightOver(known.get(one)) === 'forbidden')) {
    await writeAudit(tx, { ...actOn('mailbox.master_set.refused', id), actorId: actor.agentId });
  }
  if (by !== undefined)
    await tellOwners(tx, deps, by, changed, masterId === null ? undefined : known.get(masterId));
  return ids.map((mailboxId) => {
    const right = rightOver(known.get(mailboxId));
    if (right !== 'may') return notAllowed(mailboxId, right);
    const one = planned.get(mailboxId);
    if (one !== undefined && 'rule' in one)
      return { mailboxId, status: 'refused', code: 'refused', rule: one.rule, message: RULES[one.rule] };
    const status = changed.some(({ id }) => id === mailboxId) ? 'set' : 'unchanged';
    return { mailboxId, status, masterId };
  });
}

function notAllowed(mailboxId: string, code: 'forbidden' | 'not_found'): MasterResult {
  return { mailboxId, status: 'refused', code, message: ERRORS[code].message };
}

async function auditSet(
  tx: Tx,
  actor: Actor,
  { id, address, ownerId, masterId: before }: MasterRow,
  known: ReadonlyMap<string, MasterRow>,
  after: string | null,
): Promise<void> {
  const named = (masterId: string | null) => ({
    masterId,
    master: masterId === null ? null : (known.get(masterId)?.address ?? null),
  });
  const details = { address, ownerId, before: named(before), after: named(after) };
  await writeAudit(tx, { ...actOn('mailbox.master_set', id), actorId: actor.agentId, details });
}
