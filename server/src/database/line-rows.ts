/** Whom else the locks of conversations concern, as their rows show it. */
import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { LockLine } from '@latchbox/shared';
import { type BatchedQuery, preparedForIds } from './batches.ts';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, conversations, lockAsks, lockLine, lockOffers } from './schema/sqlite.ts';

/** How many wait or ask, for a row: most conversations have nobody, and pay for one look at two indexes. */
export const linedCount: SQL<number> =
  sql<number>`((select count(*) from ${lockLine} where ${lockLine.conversationId} = ${conversations.id}) + (select count(*) from ${lockAsks} where ${lockAsks.conversationId} = ${conversations.id} and ${lockAsks.closedAt} is null))`.mapWith(
    Number,
  );

interface StoredPlace {
  readonly conversationId: string;
  readonly id: string;
  readonly name: string;
}
interface StoredAsk {
  readonly conversationId: string;
  readonly id: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly note: string;
  readonly at: number;
  readonly deadline: number;
}

function selectPlaces(db: Handle) {
  return db
    .select({ conversationId: lockLine.conversationId, id: agents.id, name: agents.name })
    .from(lockLine)
    .innerJoin(agents, eq(agents.id, lockLine.agentId))
    .orderBy(asc(lockLine.conversationId), asc(lockLine.place));
}
function selectAsks(db: Handle) {
  return db
    .select({
      conversationId: lockAsks.conversationId,
      id: lockAsks.id,
      agentId: agents.id,
      agentName: agents.name,
      note: lockAsks.note,
      at: lockAsks.askedAt,
      deadline: lockAsks.deadline,
    })
    .from(lockAsks)
    .innerJoin(agents, eq(agents.id, lockAsks.agentId))
    .orderBy(asc(lockAsks.conversationId), asc(lockAsks.askedAt), asc(lockAsks.id));
}

const placesOfOne = prepared<{ id: string }, StoredPlace[]>('lineRows.places', (db) =>
  selectPlaces(db).where(eq(lockLine.conversationId, sql.placeholder('id'))),
);
const asksOfOne = prepared<{ id: string }, StoredAsk[]>('lineRows.asks', (db) =>
  selectAsks(db).where(and(eq(lockAsks.conversationId, sql.placeholder('id')), isNull(lockAsks.closedAt))),
);
const placesOfSome: BatchedQuery<StoredPlace> = preparedForIds('lineRows.places.some', (db, ids) =>
  selectPlaces(db).where(inArray(lockLine.conversationId, ids)),
);
const asksOfSome: BatchedQuery<StoredAsk> = preparedForIds('lineRows.asks.some', (db, ids) =>
  selectAsks(db).where(and(inArray(lockAsks.conversationId, ids), isNull(lockAsks.closedAt))),
);

/** Who waits and who asks in one conversation. */
export type Lined = Pick<LockLine, 'waiting' | 'asks'>;
export const NOBODY: Lined = { waiting: [], asks: [] };

const toAsk = (ask: StoredAsk): LockLine['asks'][number] => ({
  id: ask.id,
  from: { id: ask.agentId, name: ask.agentName },
  note: ask.note,
  at: ask.at,
  deadline: ask.deadline,
});
const toPerson = ({ id, name }: StoredPlace) => ({ id, name });

/** Who waits and who asks, first come first. */
export async function linedOf(db: Handle, id: string): Promise<Lined> {
  return {
    waiting: (await placesOfOne(db, { id })).map(toPerson),
    asks: (await asksOfOne(db, { id })).map(toAsk),
  };
}

/** The same for several conversations; one without anybody is left out. */
export async function linedOfSome(db: Handle, ids: readonly string[]): Promise<ReadonlyMap<string, Lined>> {
  if (ids.length === 0) return new Map();
  const places = Map.groupBy(await placesOfSome(db, ids), (one) => one.conversationId);
  const asks = Map.groupBy(await asksOfSome(db, ids), (one) => one.conversationId);
  return new Map(
    ids.map((id) => [
      id,
      { waiting: (places.get(id) ?? []).map(toPerson), asks: (asks.get(id) ?? []).map(toAsk) },
    ]),
  );
}

/** What a row needs of the offer that is joined to it. */
export interface OfferColumns {
  readonly offerKind: 'turn' | 'hand_over' | null;
  readonly offeredToId: string | null;
  readonly offeredToName: string | null;
  readonly offerNote: string | null;
  readonly offerUntil: number | null;
}
/** Selects them where `lock_offers` is joined. */
export const offerColumns = {
  offerKind: lockOffers.kind,
  offeredToId: lockOffers.agentId,
  offerNote: lockOffers.note,
  offerUntil: lockOffers.until,
};

/** An offer with a name in it; null when there is none of this kind. */
export function offerOf(
  row: OfferColumns,
  kind: 'turn' | 'hand_over',
): { to: { id: string; name: string }; note: string; until: number } | null {
  const { offerKind, offeredToId, offeredToName, offerNote, offerUntil } = row;
  if (offerKind !== kind || offeredToId === null || offerUntil === null) return null;
  return { to: { id: offeredToId, name: offeredToName ?? '' }, note: offerNote ?? '', until: offerUntil };
}
