import { findAccess } from '../database/authorize.ts';
import type { Tx } from '../database/database.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { locksInScope } from '../database/locks.ts';
import { personById } from '../database/people.ts';
import { newId } from '../lib/ids.ts';
import type { AcquireDeps } from './acquire.ts';
import { giveTo } from './give-to.ts';
import { heirOf, isBusy } from './hand-over.ts';
import { inLockingOrder } from './lines.ts';
import { passOn } from './pass-lock.ts';

/**
 * Passes the locks of one agent on to a colleague inside a running transaction, drafts included, where the colleague may reply, is connected,
 * and would not hold too many. The others stay as they are. Answers how many were passed on.
 */
export async function handInScope(
  tx: Tx,
  deps: AcquireDeps,
  { from, to }: { readonly from: string; readonly to: string },
  by: string,
): Promise<number> {
  const locks = (await locksInScope(tx.db, { agentId: from })).sort(inLockingOrder);
  const person = await personById(tx.db, by);
  // All rows before the first event, whose stream is locked to the commit.
  for (const { conversationId } of locks) await holdConversation(tx, conversationId);
  let handed = 0;
  for (const lock of locks) {
    const { conversationId } = lock;
    const target = await lockTarget(tx.db, conversationId);
    const access = await findAccess(tx, to, { conversationId });
    if (target === undefined || access === undefined || access.capability === 'read') continue;
    const heir = await heirOf(tx, deps, to, conversationId);
    if (heir === undefined || (await isBusy(tx, deps, to, target))) continue;
    const passed = await passOn(tx, deps, lock, {
      to: heir,
      requestId: newId('req'),
      reason: 'handed_over',
      withDraft: true,
      lockOn: target.lockOn,
      ...(person === null ? {} : { by: person }),
    });
    if (passed === undefined) continue;
    handed += 1;
    const given = { conversationId, epoch: passed.fence, sessionId: heir.sessionId };
    tx.afterCommit(() => giveTo(deps, given));
  }
  return handed;
}
