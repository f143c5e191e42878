import { and, eq, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations, replies } from './schema/sqlite.ts';

/** A stored reply as a repetition of its send finds it. */
export interface StoredReply {
  readonly conversationId: string;
  readonly position: number;
  readonly requestHash: string;
  readonly eventSeq: number;
  readonly inboxId: string;
}

const selectByClientId = prepared<{ agentId: string; clientMessageId: string }, StoredReply[]>(
  'sends.byClientId',
  (db) =>
    db
      .select({
        conversationId: replies.conversationId,
        position: replies.position,
        requestHash: replies.requestHash,
        eventSeq: replies.eventSeq,
        inboxId: conversations.inboxId,
      })
      .from(replies)
      .innerJoin(conversations, eq(conversations.id, replies.conversationId))
      .where(
        and(
          eq(replies.agentId, sql.placeholder('agentId')),
          eq(replies.clientMessageId, sql.placeholder('clientMessageId')),
        ),
      ),
);

/** The reply that this author stored under this client id (L6). */
export async function replyByClientId(
  db: Handle,
  agentId: string,
  clientMessageId: string,
): Promise<StoredReply | undefined> {
  return (await selectByClientId(db, { agentId, clientMessageId }))[0];
}

const insert = prepared<Record<string, unknown>, unknown>('sends.insert', (db) =>
  db.insert(replies).values({
    conversationId: sql.placeholder('conversationId'),
    position: sql.placeholder('position'),
    agentId: sql.placeholder('agentId'),
    lockEpoch: sql.placeholder('lockEpoch'),
    clientMessageId: sql.placeholder('clientMessageId'),
    requestHash: sql.placeholder('requestHash'),
    lateSend: sql.placeholder('lateSend'),
    delivery: 'queued',
    eventSeq: sql.placeholder('eventSeq'),
  }),
);

export interface NewReply {
  readonly conversationId: string;
  readonly position: number;
  readonly agentId: string;
  readonly lockEpoch: number;
  readonly clientMessageId: string;
  readonly requestHash: string;
  readonly lateSend: boolean;
  /** Under which sequence number the reply was told. */
  readonly eventSeq: number;
}

/** Stores what makes an entry a reply. The foreign key refuses it when this agent has no epoch of that number. */
export async function insertReply(tx: Tx, reply: NewReply): Promise<void> {
  await insert(tx.db, { ...reply });
}
