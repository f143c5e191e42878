/** Reads of the conversation that a lock or a send is about, and the row lock that such transactions begin with. */
import { eq, sql } from 'drizzle-orm';
import type { ChannelName, LockOn } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forUpdate } from './row-locks.ts';
import { conversations, inboxes } from './schema/sqlite.ts';

/** A conversation with the lock settings of its inbox; times in ms. */
export interface LockTarget {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly lockOn: LockOn;
  readonly lockTtl: number;
  readonly reconnectGrace: number;
  readonly idleAfter: number;
  readonly idleGrace: number;
}

const readTarget = prepared<{ conversationId: string }, LockTarget[]>('targets.lock', (db) =>
  db
    .select({
      conversationId: conversations.id,
      inboxId: conversations.inboxId,
      lockOn: inboxes.lockOn,
      lockTtl: inboxes.lockTtl,
      reconnectGrace: inboxes.reconnectGrace,
      idleAfter: inboxes.idleAfter,
      idleGrace: inboxes.idleGrace,
    })
    .from(conversations)
    .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
    .where(eq(conversations.id, sql.placeholder('conversationId'))),
);

/** The conversation and the lock settings of its inbox; undefined when there is none. */
export async function lockTarget(db: Handle, conversationId: string): Promise<LockTarget | undefined> {
  return (await readTarget(db, { conversationId }))[0];
}

/** A conversation as a send needs to know it. */
export interface SendTarget {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly channel: ChannelName;
  /** The newest fence given. */
  readonly lockEpoch: number;
  readonly newestPosition: number;
}

const readForUpdate = prepared<{ conversationId: string }, SendTarget[]>('targets.send', (db) =>
  forUpdate(
    db,
    db
      .select({
        conversationId: conversations.id,
        inboxId: conversations.inboxId,
        channel: conversations.channel,
        lockEpoch: conversations.lockEpoch,
        newestPosition: conversations.newestPosition,
      })
      .from(conversations)
      .where(eq(conversations.id, sql.placeholder('conversationId'))),
    conversations,
  ),
);

/** Locks the conversation's row until the commit and reads it; undefined when there is none. */
export async function holdAndRead(tx: Tx, conversationId: string): Promise<SendTarget | undefined> {
  return (await readForUpdate(tx.db, { conversationId }))[0];
}

/**
 * Locks the conversation's row until the commit. Every transaction that emits the row does this first: otherwise two of them
 * could each tell of a row without the other's change. SQLite has one writer, so there is nothing to lock.
 */
export async function holdConversation(tx: Tx, conversationId: string): Promise<void> {
  if (tx.dialect === 'postgres') await readForUpdate(tx.db, { conversationId });
}
