/** Which master a mailbox may have: the rules of A3, and nowhere else. */
import type { MasterRule } from '@latchbox/shared/http/masters';

/** What the rules look at. */
export interface RuledMailbox {
  readonly id: string;
  /** Null: it belongs to its inbox alone. */
  readonly ownerId: string | null;
  readonly masterId: string | null;
  readonly state: 'connecting' | 'connected' | 'failed' | 'disconnected';
}

/** Every mailbox that the owners concerned have, and those that were named, by id. */
export type Known = ReadonlyMap<string, RuledMailbox>;

/**
 * Why a mailbox may not have this master; undefined: it may. Null clears it, which whoever has an owner always may. What is set already
 * is not judged again: a master that was disconnected since stays one.
 */
export function masterRefusal(
  known: Known,
  mailbox: RuledMailbox,
  masterId: string | null,
): MasterRule | undefined {
  if (mailbox.ownerId === null) return 'master_for_shared';
  if (masterId === null || masterId === mailbox.masterId) return undefined;
  if (masterId === mailbox.id) return 'master_itself';
  const master = known.get(masterId);
  if (master === undefined) return 'master_unknown';
  if (master.ownerId === null) return 'master_shared';
  if (master.ownerId !== mailbox.ownerId) return 'master_of_other';
  // A chain: from above, and from below.
  if (master.masterId !== null) return 'master_has_master';
  if ([...known.values()].some((one) => one.masterId === mailbox.id)) return 'master_has_followers';
  if (master.state !== 'connected') return 'master_not_connected';
  return undefined;
}

export type Planned = { readonly rule: MasterRule } | { readonly from: string | null };

/**
 * What becomes of several that shall have the same master: the rule that forbids it, or what they had. Goes round until nothing more
 * is allowed: whoever is a master itself may have one as soon as the last that had it was given another.
 */
export function planMasters(
  known: Known,
  mailboxes: readonly RuledMailbox[],
  masterId: string | null,
): ReadonlyMap<string, Planned> {
  const now = new Map(known);
  const planned = new Map<string, Planned>();
  let left = mailboxes;
  for (;;) {
    const refused = left.filter((mailbox) => {
      const rule = masterRefusal(now, mailbox, masterId);
      planned.set(mailbox.id, rule === undefined ? { from: mailbox.masterId } : { rule });
      if (rule === undefined) now.set(mailbox.id, { ...mailbox, masterId });
      return rule !== undefined;
    });
    if (refused.length === left.length || refused.length === 0) return planned;
    left = refused;
  }
}
