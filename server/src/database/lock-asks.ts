/** Questions of colleagues to the holder of a lock (L12). Here is only the SQL. */
import { and, asc, between, eq, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { AskOutcome, LockPeriod } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, conversations, lockAsks } from './schema/sqlite.ts';
import type { At } from './waiting-line.ts';

export interface Ask extends At {
  readonly id: string;
  readonly epoch: number;
  readonly agentId: string;
  readonly agentName: string;
  readonly sessionId: string;
  readonly askedAt: number;
  readonly deadline: number;
  readonly closedAt: number | null;
}

function selectAsks(db: Handle) {
  return db
    .select({
      id: lockAsks.id,
      conversationId: lockAsks.conversationId,
      inboxId: conversations.inboxId,
      epoch: lockAsks.epoch,
      agentId: lockAsks.agentId,
      agentName: agents.name,
      sessionId: lockAsks.sessionId,
      askedAt: lockAsks.askedAt,
      deadline: lockAsks.deadline,
      closedAt: lockAsks.closedAt,
    })
    .from(lockAsks)
    .innerJoin(agents, eq(agents.id, lockAsks.agentId))
    .innerJoin(conversations, eq(conversations.id, lockAsks.conversationId));
}

const byId = prepared<{ id: string }, Ask[]>('asks.one', (db) =>
  selectAsks(db).where(eq(lockAsks.id, sql.placeholder('id'))),
);
export async function askById(db: Handle, id: string): Promise<Ask | undefined> {
  return (await byId(db, { id }))[0];
}

const ofLock = prepared<{ conversationId: string; epoch: number }, Ask[]>('asks.ofLock', (db) =>
  selectAsks(db)
    .where(
      and(
        eq(lockAsks.conversationId, sql.placeholder('conversationId')),
        eq(lockAsks.epoch, sql.placeholder('epoch')),
        isNull(lockAsks.closedAt),
      ),
    )
    .orderBy(asc(lockAsks.askedAt), asc(lockAsks.id)),
);

/** Open questions to the holder of this lock, the oldest first. */
export function openAsks(db: Handle, lock: { conversationId: string; epoch: number }): Promise<Ask[]> {
  return ofLock(db, { conversationId: lock.conversationId, epoch: lock.epoch });
}

/** Open questions whose deadline is at or before `now`, in locking order. */
export const dueAsks = prepared<{ now: number }, Ask[]>('asks.due', (db) =>
  selectAsks(db)
    .where(and(isNull(lockAsks.closedAt), lte(lockAsks.deadline, sql.placeholder('now'))))
    .orderBy(asc(conversations.inboxId), asc(lockAsks.conversationId), asc(lockAsks.askedAt)),
);

/** Every open question: for a server that starts again. */
export const allAsks = prepared<Record<string, never>, Ask[]>('asks.all', (db) =>
  selectAsks(db)
    .where(isNull(lockAsks.closedAt))
    .orderBy(asc(conversations.inboxId), asc(lockAsks.conversationId), asc(lockAsks.askedAt)),
);

const insert = prepared<Record<string, unknown>, unknown>('asks.insert', (db) =>
  db.insert(lockAsks).values({
    id: sql.placeholder('id'),
    conversationId: sql.placeholder('conversationId'),
    epoch: sql.placeholder('epoch'),
    agentId: sql.placeholder('agentId'),
    sessionId: sql.placeholder('sessionId'),
    note: sql.placeholder('note'),
    askedAt: sql.placeholder('now'),
    deadline: sql.placeholder('deadline'),
  }),
);

export interface NewAsk {
  readonly id: string;
  readonly conversationId: string;
  readonly epoch: number;
  readonly agentId: string;
  readonly sessionId: string;
  readonly note: string;
  readonly deadline: number;
}
export async function insertAsk(tx: Tx, ask: NewAsk): Promise<void> {
  await insert(tx.db, { ...ask, now: tx.now });
}

/** The question is another session's of the same agent from here on. */
export async function moveAsk(tx: Tx, id: string, sessionId: string): Promise<void> {
  await tx.db.update(lockAsks).set({ sessionId }).where(eq(lockAsks.id, id));
}

/** Gives a question another deadline. False: it is over. */
export async function moveAskDeadline(tx: Tx, id: string, deadline: number): Promise<boolean> {
  const moved = await tx.db
    .update(lockAsks)
    .set({ deadline })
    .where(and(eq(lockAsks.id, id), isNull(lockAsks.closedAt)))
    .returning({ id: lockAsks.id });
  return moved.length > 0;
}

type Closed = { id: string }[];
const closing = (db: Handle, which: SQL | undefined) =>
  db
    .update(lockAsks)
    .set({ closedAt: sql`${sql.placeholder('now')}`, outcome: sql`${sql.placeholder('outcome')}` })
    .where(and(isNull(lockAsks.closedAt), which))
    .returning({ id: lockAsks.id });
const ofEpoch = () =>
  and(
    eq(lockAsks.conversationId, sql.placeholder('conversationId')),
    eq(lockAsks.epoch, sql.placeholder('epoch')),
  );
const closeOne = prepared<Record<string, unknown>, Closed>('asks.closeOne', (db) =>
  closing(db, eq(lockAsks.id, sql.placeholder('id'))),
);
const closeAll = prepared<Record<string, unknown>, Closed>('asks.closeAll', (db) => closing(db, ofEpoch()));

/** Ends one question. False: it was over already. */
export async function closeAsk(tx: Tx, id: string, outcome: AskOutcome): Promise<boolean> {
  return (await closeOne(tx.db, { id, outcome, now: tx.now })).length > 0;
}

/** Ends all questions to the holder of this lock; answers how many there were. */
export async function closeAsks(
  tx: Tx,
  lock: { readonly conversationId: string; readonly epoch: number },
  outcome: AskOutcome,
): Promise<number> {
  const { conversationId, epoch } = lock;
  return (await closeAll(tx.db, { conversationId, epoch, outcome, now: tx.now })).length;
}

/** Ends the questions of an agent about a conversation, from any of its sessions or from these; answers how many there were. */
export async function withdrawAsks(
  tx: Tx,
  of: { conversationId: string; agentId: string; sessionIds?: readonly string[] },
): Promise<number> {
  const rows = await tx.db
    .select({ id: lockAsks.id, sessionId: lockAsks.sessionId })
    .from(lockAsks)
    .where(
      and(
        eq(lockAsks.conversationId, of.conversationId),
        eq(lockAsks.agentId, of.agentId),
        isNull(lockAsks.closedAt),
      ),
    );
  let count = 0;
  for (const { id, sessionId } of rows) {
    if (of.sessionIds !== undefined && !of.sessionIds.includes(sessionId)) continue;
    if (await closeAsk(tx, id, 'withdrawn')) count += 1;
  }
  return count;
}

type AskedOnce = { epoch: number; id: string; name: string; at: number; outcome: AskOutcome | null };
const history = prepared<{ conversationId: string; from: number; to: number }, AskedOnce[]>(
  'asks.history',
  (db) =>
    db
      .select({
        epoch: lockAsks.epoch,
        id: agents.id,
        name: agents.name,
        at: lockAsks.askedAt,
        outcome: lockAsks.outcome,
      })
      .from(lockAsks)
      .innerJoin(agents, eq(agents.id, lockAsks.agentId))
      .where(
        and(
          eq(lockAsks.conversationId, sql.placeholder('conversationId')),
          between(lockAsks.epoch, sql.placeholder('from'), sql.placeholder('to')),
        ),
      )
      .orderBy(asc(lockAsks.askedAt), asc(lockAsks.id)),
);

/** Every question to the holders of these fences, by fence (L19). */
export async function asksOfFences(
  db: Handle,
  conversationId: string,
  fences: { readonly from: number; readonly to: number },
): Promise<ReadonlyMap<number, NonNullable<LockPeriod['asks']>>> {
  const asks = await history(db, { conversationId, from: fences.from, to: fences.to });
  const byEpoch = Map.groupBy(asks, (one) => one.epoch);
  return new Map(
    [...byEpoch].map(([epoch, those]) => [
      epoch,
      those.map(({ id, name, at, outcome }) => ({ from: { id, name }, at, outcome })),
    ]),
  );
}
