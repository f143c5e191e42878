import { type LatchboxError, refuse, refuseBy } from '@latchbox/shared';
import type { MasterChoices, MasterResult, MasterRow as MasterView } from '@latchbox/shared/http/masters';
import type { Database } from '../../../../database/database.ts';
import type { Wake } from '../../../../database/event-log.ts';
import { mailboxesAround, ownedMailboxes } from '../../../../database/mailbox-masters.ts';
import { administer } from '../../../../directory/admin.ts';
import type { Actor } from '../../../../directory/api.ts';
import { readAsAdmin } from '../../../../directory/inbox-access.ts';
import type { Log } from '../../../../lib/log.ts';
import { actOn } from '../managed.ts';
import { choicesOf } from './choices.ts';
import { setAll } from './set.ts';
import { masterViews } from './view.ts';

export interface MastersDeps {
  readonly db: Database;
  readonly log: Log;
  readonly wake: Wake;
}

/** Who answers where. For the owners of mailboxes, and for admins. */
export interface Masters {
  /** Of one's own mailboxes; `forbidden` for those of somebody else, unless to an admin. */
  list(
    actor: Actor,
    asked: { readonly owner?: string | undefined; readonly scope?: 'mine' | 'all' | undefined },
  ): Promise<MasterView[]>;
  /** Throws `not_found` or `forbidden` when the actor may not set one of them. */
  choices(actor: Actor, ids: readonly string[]): Promise<MasterChoices>;
  /** Throws `refused` with the rule, `not_found` or `forbidden`. */
  set(actor: Actor, id: string, masterId: string | null): Promise<MasterView>;
  /** A result for each: what is refused stops none of the others. */
  setMany(actor: Actor, ids: readonly string[], masterId: string | null): Promise<MasterResult[]>;
}

export function createMasters(deps: MastersDeps): Masters {
  const { db } = deps;
  return {
    async list(actor, { owner = actor.agentId, scope = 'mine' }) {
      if (scope === 'all' || owner !== actor.agentId) await readAsAdmin(deps, actor);
      return masterViews(await ownedMailboxes(db.read, scope === 'all' ? undefined : owner));
    },
    choices: (actor, ids) => db.readTogether((read) => choicesOf(read, actor, [...new Set(ids)])),
    set: (actor, id, masterId) =>
      administer(deps, actor, actOn('mailbox.master_set', id), async (tx) => {
        const [result] = await setAll(tx, deps, actor, [id], masterId);
        if (result?.status === 'refused') throw asError(result);
        const around = await mailboxesAround(tx.db, [id]);
        const view = masterViews(around).find((one) => one.id === id);
        if (view === undefined) throw refuse('not_found');
        return view;
      }),
    setMany: (actor, ids, masterId) =>
      db.inTransaction((tx) => setAll(tx, deps, actor, [...new Set(ids)], masterId)),
  };
}

function asError(result: Extract<MasterResult, { status: 'refused' }>): LatchboxError {
  return result.code === 'refused' ? refuseBy(result.rule) : refuse(result.code);
}
