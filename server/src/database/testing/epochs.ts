/** Lock epochs and replies as plain rows, past every check of the program: for tests of what the database itself refuses. */
import type { LockEnd, LockOn } from '@latchbox/shared';
import { newId } from '../../lib/ids.ts';
import type { Tx } from '../database.ts';
import { entries, lockEpochs, replies } from '../schema/sqlite.ts';

export interface EpochRow {
  readonly conversationId: string;
  readonly epoch: number;
  readonly agentId: string;
  readonly sessionId?: string;
  readonly lockOn?: LockOn;
  readonly endedAt?: number;
  readonly endReason?: LockEnd;
  readonly idleDeadline?: number;
  readonly goneDeadline?: number;
}

export async function newEpoch(tx: Tx, row: EpochRow): Promise<void> {
  await tx.db.insert(lockEpochs).values({
    lockOn: 'open',
    connectionNo: 1,
    leaseToken: newId('req'),
    requestId: newId('req'),
    grantedAt: tx.now,
    activeAt: tx.now,
    ...row,
  });
}

export interface ReplyRow {
  readonly conversationId: string;
  readonly epoch: number;
  readonly agentId: string;
  readonly position: number;
  readonly clientId?: string;
  readonly body?: string;
}

export async function newReply(tx: Tx, row: ReplyRow): Promise<void> {
  const { conversationId, position, agentId } = row;
  await tx.db.insert(entries).values({
    conversationId,
    position,
    id: newId('ent'),
    at: tx.now,
    kind: 'reply',
    agentId,
    body: row.body ?? 'Tomorrow.',
  });
  await tx.db.insert(replies).values({
    conversationId,
    position,
    agentId,
    lockEpoch: row.epoch,
    clientMessageId: row.clientId ?? newId('req'),
    requestHash: 'hash',
    lateSend: false,
    delivery: 'queued',
    eventSeq: 1,
  });
}
