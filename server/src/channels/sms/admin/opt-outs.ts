import { refuse } from '@latchbox/shared';
import type { OptOut } from '@latchbox/shared/http/numbers';
import { authorize } from '../../../database/authorize.ts';
import type { Database, Tx } from '../../../database/database.ts';
import { holdConversation } from '../../../database/lock-targets.ts';
import { numberById } from '../../../database/texting/numbers.ts';
import { optedOutOfInbox, optOutOf, type Pair, recordOptOut } from '../../../database/texting/opt-outs.ts';
import { smsConversation } from '../../../database/texting/threads.ts';
import { invalid } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { memberInbox, visibleInbox } from '../../../directory/inbox-access.ts';
import { readPhone } from '../../../lib/phone.ts';

const MOST = 500;

export interface Given {
  readonly numberId: string;
  readonly address: string;
}

/** Who wants no texts. Members who may reply note it for a contact; what a contact said, nobody else takes back. */
export function createOptOuts({ db }: { readonly db: Database }) {
  async function change(
    actor: Actor,
    ref: string,
    given: Given,
    work: (tx: Tx, pair: Pair) => Promise<void>,
  ) {
    const { inbox } = await memberInbox(db.read, actor.agentId, ref);
    const address = readPhone(given.address)?.e164;
    if (address === undefined) throw invalid('address', 'is no phone number');
    await db.inTransaction(async (tx) => {
      await authorize(tx, actor.agentId, 'reply', { inboxId: inbox.id });
      const number = await numberById(tx.db, given.numberId);
      if (number?.inboxId !== inbox.id) throw refuse('not_found');
      // Sends of this conversation look at the ledger under the same row lock.
      const conversationId = await smsConversation(tx.db, number.id, address);
      if (conversationId !== undefined) await holdConversation(tx, conversationId);
      await work(tx, { numberId: number.id, address });
    });
  }

  const manual = (actor: Actor, state: 'out' | 'in') =>
    ({ state, source: 'manual', agentId: actor.agentId, conversationId: null, position: null }) as const;

  return {
    async list(actor: Actor, ref: string): Promise<OptOut[]> {
      const { inbox } = await visibleInbox(db.read, actor, ref);
      const lines = await optedOutOfInbox(db.read, inbox.id, MOST);
      return lines.map(({ numberId, e164, address, source, at }) => ({
        numberId,
        number: e164,
        address,
        source,
        at,
      }));
    },

    put: (actor: Actor, ref: string, given: Given) =>
      change(actor, ref, given, async (tx, pair) => {
        await recordOptOut(tx, { ...pair, ...manual(actor, 'out') });
      }),

    remove: (actor: Actor, ref: string, given: Given) =>
      change(actor, ref, given, async (tx, pair) => {
        const newest = await optOutOf(tx.db, pair);
        if (newest?.state !== 'out') throw refuse('not_found');
        if (newest.source !== 'manual') throw refuse('forbidden');
        await recordOptOut(tx, { ...pair, ...manual(actor, 'in') });
      }),
  };
}
