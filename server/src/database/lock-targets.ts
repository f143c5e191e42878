/** Reads of the conversation that a lock or a send is about, and the row lock that such transactions begin with. */
import { and, eq, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Capability, ChannelName, LockOn, TakeOverBy } from '@latchbox/shared';
import { allowed } from './authorize.ts';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forTurn, forUpdate } from './row-locks.ts';
import { agents, conversations, inboxes, inboxMembers, lockEpochs, lockOffers } from './schema/sqlite.ts';

/** A conversation with the lock settings of its inbox; times in ms. */
export interface LockTarget {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly lockOn: LockOn;
  readonly lockTtl: number;
  readonly reconnectGrace: number;
  readonly idleAfter: number;
  readonly idleGrace: number;
  readonly askGrace: number;
  readonly offerTime: number;
  readonly handOverTime: number;
  readonly takeOverBy: TakeOverBy;
  /** The newest fence given; 0 before the first. */
  readonly newestFence: number;
}

const targetColumns = {
  conversationId: conversations.id,
  inboxId: conversations.inboxId,
  lockOn: inboxes.lockOn,
  lockTtl: inboxes.lockTtl,
  reconnectGrace: inboxes.reconnectGrace,
  idleAfter: inboxes.idleAfter,
  idleGrace: inboxes.idleGrace,
  askGrace: inboxes.askGrace,
  offerTime: inboxes.offerTime,
  handOverTime: inboxes.handOverTime,
  takeOverBy: inboxes.takeOverBy,
  newestFence: conversations.lockEpoch,
};

const readTarget = prepared<{ conversationId: string }, LockTarget[]>('targets.lock', (db) =>
  db
    .select(targetColumns)
    .from(conversations)
    .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
    .where(eq(conversations.id, sql.placeholder('conversationId'))),
);

/** The conversation and the lock settings of its inbox; undefined when there is none. */
export async function lockTarget(db: Handle, conversationId: string): Promise<LockTarget | undefined> {
  return (await readTarget(db, { conversationId }))[0];
}

/** What an acquire looks at before it does anything. */
export interface AcquireTarget extends LockTarget {
  readonly capability: Capability;
  /** How many conversations the agent holds now. */
  readonly held: number;
  /** How many epochs were granted for this request: 1, and what is asked is asked again. */
  readonly granted: number;
  /** To whom the free lock is offered. */
  readonly offeredTo: string | null;
}

interface AcquireLook extends Record<string, unknown> {
  conversationId: string;
  agentId: string;
  requestId: string;
}

const readAcquire = prepared<AcquireLook, AcquireTarget[]>('targets.acquire', (db) =>
  db
    .select({
      ...targetColumns,
      capability: inboxMembers.capability,
      held: countOf(
        sql`${lockEpochs.agentId} = ${sql.placeholder('agentId')} and ${lockEpochs.endedAt} is null`,
      ),
      granted: countOf(
        sql`${lockEpochs.conversationId} = ${conversations.id} and ${lockEpochs.requestId} = ${sql.placeholder('requestId')}`,
      ),
      offeredTo: lockOffers.agentId,
    })
    .from(conversations)
    .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
    .leftJoin(lockOffers, and(eq(lockOffers.conversationId, conversations.id), eq(lockOffers.kind, 'turn')))
    .innerJoin(
      inboxMembers,
      and(
        eq(inboxMembers.inboxId, conversations.inboxId),
        eq(inboxMembers.agentId, sql.placeholder('agentId')),
      ),
    )
    .innerJoin(agents, and(eq(agents.id, inboxMembers.agentId), eq(agents.state, 'active')))
    .where(eq(conversations.id, sql.placeholder('conversationId'))),
);

const countOf = (where: SQL) => sql`(select count(*) from ${lockEpochs} where ${where})`.mapWith(Number);

/**
 * All of it in one query, because whoever acquires waits for it. Throws as `authorize` does for an agent that may not reply there,
 * and is to be asked again inside the transaction.
 */
export async function acquireTarget(db: Handle, look: AcquireLook): Promise<AcquireTarget> {
  const { conversationId, agentId, requestId } = look;
  const [found] = await readAcquire(db, { conversationId, agentId, requestId });
  return allowed(found, 'reply');
}

/** A conversation as a send needs to know it. */
export interface SendTarget {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly channel: ChannelName;
  /** The newest fence given. */
  readonly lockEpoch: number;
  readonly newestPosition: number;
  /** Who answers for it. */
  readonly responsibleId: string | null;
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
        responsibleId: conversations.responsibleId,
      })
      .from(conversations)
      .where(eq(conversations.id, sql.placeholder('conversationId'))),
    conversations,
  ),
);

const readChannel = prepared<{ conversationId: string }, { channel: ChannelName }[]>(
  'targets.channel',
  (db) =>
    db
      .select({ channel: conversations.channel })
      .from(conversations)
      .where(eq(conversations.id, sql.placeholder('conversationId'))),
);

/** The channel of a conversation; undefined when there is none. */
export async function conversationChannel(
  db: Handle,
  conversationId: string,
): Promise<ChannelName | undefined> {
  return (await readChannel(db, { conversationId }))[0]?.channel;
}

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

const readAgentForTurn = prepared<{ agentId: string }, { id: string }[]>('targets.agent', (db) =>
  forTurn(
    db,
    db
      .select({ id: agents.id })
      .from(agents)
      .where(eq(agents.id, sql.placeholder('agentId'))),
  ),
);

/** Lets one grant of an agent be written at a time, so that its locks can be counted. Before the membership is read. */
export async function holdGrantsOf(tx: Tx, agentId: string): Promise<void> {
  if (tx.dialect === 'postgres') await readAgentForTurn(tx.db, { agentId });
}

const countHeld = prepared<{ agentId: string; conversationId: string }, { held: number }[]>(
  'targets.held',
  (db) =>
    db
      .select({ held: sql`count(*)`.mapWith(Number) })
      .from(lockEpochs)
      .where(
        and(
          eq(lockEpochs.agentId, sql.placeholder('agentId')),
          isNull(lockEpochs.endedAt),
          ne(lockEpochs.conversationId, sql.placeholder('conversationId')),
        ),
      ),
);

/** How many other conversations the agent holds. */
export async function heldBesides(db: Handle, agentId: string, conversationId: string): Promise<number> {
  return (await countHeld(db, { agentId, conversationId }))[0]?.held ?? 0;
}
