import type { LockOn } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { insertEpoch, nextEpoch } from '../database/locks.ts';
import type { Holder } from './holder.ts';

/** The session that gets the lock, over its newest connection. */
export type Heir = Pick<Holder, 'agentId' | 'agentName' | 'sessionId' | 'connectionNo'>;

/** Begins the next epoch under a lease that stands already: a fresh one, without the question and the grace of one before it. */
export async function beginUnder(
  tx: Tx,
  grant: { conversationId: string; to: Heir; requestId: string; lockOn: LockOn; token: string },
): Promise<number> {
  const { conversationId, to, token, requestId, lockOn } = grant;
  const epoch = await nextEpoch(tx, conversationId);
  await insertEpoch(tx.db, {
    conversationId,
    epoch,
    agentId: to.agentId,
    sessionId: to.sessionId,
    connectionNo: to.connectionNo,
    leaseToken: token,
    requestId,
    lockOn,
    grantedAt: tx.now,
    endedAt: null,
    endReason: null,
  });
  return epoch;
}
