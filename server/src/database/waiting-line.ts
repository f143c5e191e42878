/** Places in waiting lines, and what else there is about the lock of a conversation besides its holder. Here is only the SQL. */
import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, conversations, lockAsks, lockEpochs, lockLine, lockOffers } from './schema/sqlite.ts';

/** A conversation and the inbox whose stream tells of it. */
export interface At {
  readonly conversationId: string;
  readonly inboxId: string;
}

/** How many wait, ask, and are offered the lock of a conversation: mostly nobody, and then there is nothing more to do. */
export interface LineCounts {
  readonly places: number;
  readonly offers: number;
  readonly asks: number;
}

const countIn = (table: SQL): SQL<number> => sql<number>`(select count(*) from ${table})`.mapWith(Number);
const counts = prepared<{ conversationId: string }, LineCounts[]>('line.counts', (db) =>
  db
    .select({
      places: countIn(sql`${lockLine} where ${lockLine.conversationId} = ${conversations.id}`),
      offers: countIn(sql`${lockOffers} where ${lockOffers.conversationId} = ${conversations.id}`),
      asks: countIn(
        sql`${lockAsks} where ${lockAsks.conversationId} = ${conversations.id} and ${lockAsks.closedAt} is null`,
      ),
    })
    .from(conversations)
    .where(eq(conversations.id, sql.placeholder('conversationId'))),
);

/** In one query, because every lock that ends asks it. */
export async function lineCounts(db: Handle, conversationId: string): Promise<LineCounts> {
  return (await counts(db, { conversationId }))[0] ?? { places: 0, offers: 0, asks: 0 };
}

/** What a sweep has to do with those who wait and ask: places in line, and offers and questions that are due at `now`. */
const sweepable = prepared<{ now: number }, LineCounts[]>('line.sweepable', (db) =>
  db
    .select({
      places: countIn(sql`${lockLine}`),
      offers: countIn(sql`${lockOffers} where ${lockOffers.until} <= ${sql.placeholder('now')}`),
      asks: countIn(
        sql`${lockAsks} where ${lockAsks.closedAt} is null and ${lockAsks.deadline} <= ${sql.placeholder('now')}`,
      ),
    })
    .from(sql`(select 1) as one`),
);

/** In one query, because every server asks it with every sweep, and mostly there is nothing. */
export async function lineWork(db: Handle, now: number): Promise<LineCounts> {
  return (await sweepable(db, { now }))[0] ?? { places: 0, offers: 0, asks: 0 };
}

export interface Place {
  readonly agentId: string;
  readonly agentName: string;
  readonly place: number;
}
const places = prepared<{ conversationId: string }, Place[]>('line.places', (db) =>
  db
    .select({ agentId: lockLine.agentId, agentName: agents.name, place: lockLine.place })
    .from(lockLine)
    .innerJoin(agents, eq(agents.id, lockLine.agentId))
    .where(eq(lockLine.conversationId, sql.placeholder('conversationId')))
    .orderBy(asc(lockLine.place)),
);

/** Who waits, first come first. */
export function placesIn(db: Handle, conversationId: string): Promise<Place[]> {
  return places(db, { conversationId });
}

const insert = prepared<Record<string, unknown>, unknown>('line.insert', (db) =>
  db.insert(lockLine).values({
    conversationId: sql.placeholder('conversationId'),
    agentId: sql.placeholder('agentId'),
    place: sql.placeholder('place'),
    since: sql.placeholder('now'),
  }),
);

/** Puts the agent at the end of the line. The conversation's row is locked, and the agent has no place there. */
export async function takePlace(tx: Tx, conversationId: string, agentId: string): Promise<void> {
  const last = (await placesIn(tx.db, conversationId)).at(-1)?.place ?? 0;
  await insert(tx.db, { conversationId, agentId, place: last + 1, now: tx.now });
}

const remove = prepared<{ conversationId: string; agentId: string }, { place: number }[]>(
  'line.remove',
  (db) =>
    db
      .delete(lockLine)
      .where(
        and(
          eq(lockLine.conversationId, sql.placeholder('conversationId')),
          eq(lockLine.agentId, sql.placeholder('agentId')),
        ),
      )
      .returning({ place: lockLine.place }),
);

/** False: the agent had no place. */
export async function dropPlace(tx: Tx, conversationId: string, agentId: string): Promise<boolean> {
  return (await remove(tx.db, { conversationId, agentId })).length > 0;
}

const countOfAgent = prepared<{ agentId: string }, { places: number }[]>('line.ofAgent', (db) =>
  db
    .select({ places: sql`count(*)`.mapWith(Number) })
    .from(lockLine)
    .where(eq(lockLine.agentId, sql.placeholder('agentId'))),
);

/** In how many lines the agent waits. */
export async function placesOf(db: Handle, agentId: string): Promise<number> {
  return (await countOfAgent(db, { agentId }))[0]?.places ?? 0;
}

/** Every place there is, and whether its lock is free and offered to nobody: that is the sweeper's to change. */
export interface WaitingPlace extends At {
  readonly agentId: string;
  readonly free: boolean;
}
const everyPlace = prepared<Record<string, never>, (At & { agentId: string; taken: number })[]>(
  'line.every',
  (db) =>
    db
      .select({
        conversationId: lockLine.conversationId,
        inboxId: conversations.inboxId,
        agentId: lockLine.agentId,
        taken:
          sql<number>`((select count(*) from ${lockEpochs} where ${lockEpochs.conversationId} = ${lockLine.conversationId} and ${lockEpochs.endedAt} is null) + (select count(*) from ${lockOffers} where ${lockOffers.conversationId} = ${lockLine.conversationId}))`.mapWith(
            Number,
          ),
      })
      .from(lockLine)
      .innerJoin(conversations, eq(conversations.id, lockLine.conversationId))
      .orderBy(asc(conversations.inboxId), asc(lockLine.conversationId), asc(lockLine.place)),
);
export async function allPlaces(db: Handle): Promise<WaitingPlace[]> {
  return (await everyPlace(db, {})).map(({ taken, ...place }) => ({ ...place, free: taken === 0 }));
}

/** Where an agent waits, asks, or is offered a lock; of asks also from which session. */
export interface Concern extends At {
  readonly what: 'place' | 'offer' | 'ask';
  /** Of an ask: the session that asked. */
  readonly sessionId: string | null;
}

/** Everything that there is of an agent besides its locks, in one inbox or in all, in no order. */
export async function concernsOf(
  db: Handle,
  agentId: string,
  { inboxId, conversationId }: { readonly inboxId?: string; readonly conversationId?: string } = {},
): Promise<Concern[]> {
  const here = and(
    inboxId === undefined ? undefined : eq(conversations.inboxId, inboxId),
    conversationId === undefined ? undefined : eq(conversations.id, conversationId),
  );
  const at = { conversationId: conversations.id, inboxId: conversations.inboxId };
  const placed = await db
    .select(at)
    .from(lockLine)
    .innerJoin(conversations, eq(conversations.id, lockLine.conversationId))
    .where(and(eq(lockLine.agentId, agentId), here));
  const offered = await db
    .select(at)
    .from(lockOffers)
    .innerJoin(conversations, eq(conversations.id, lockOffers.conversationId))
    .where(and(eq(lockOffers.agentId, agentId), here));
  const asked = await db
    .select({ ...at, sessionId: lockAsks.sessionId })
    .from(lockAsks)
    .innerJoin(conversations, eq(conversations.id, lockAsks.conversationId))
    .where(and(eq(lockAsks.agentId, agentId), isNull(lockAsks.closedAt), here));
  return [
    ...placed.map((one) => ({ ...one, what: 'place' as const, sessionId: null })),
    ...offered.map((one) => ({ ...one, what: 'offer' as const, sessionId: null })),
    ...asked.map((one) => ({ ...one, what: 'ask' as const })),
  ];
}
