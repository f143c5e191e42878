/** Offers of locks: to the next in line, or to a colleague who is not there. Here is only the SQL. */
import { and, asc, eq, lte, sql } from 'drizzle-orm';
import { nameOf } from './agent-names.ts';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations, lockOffers } from './schema/sqlite.ts';
import type { At } from './waiting-line.ts';

export interface LockOffer extends At {
  readonly kind: 'turn' | 'hand_over';
  readonly agentId: string;
  readonly agentName: string | null;
  readonly epoch: number;
  readonly note: string;
  readonly leaseToken: string;
  readonly until: number;
}

function selectOffers(db: Handle) {
  return db
    .select({
      conversationId: lockOffers.conversationId,
      inboxId: conversations.inboxId,
      kind: lockOffers.kind,
      agentId: lockOffers.agentId,
      agentName: nameOf(lockOffers.agentId),
      epoch: lockOffers.epoch,
      note: lockOffers.note,
      leaseToken: lockOffers.leaseToken,
      until: lockOffers.until,
    })
    .from(lockOffers)
    .innerJoin(conversations, eq(conversations.id, lockOffers.conversationId));
}

const select = prepared<{ conversationId: string }, LockOffer[]>('offers.one', (db) =>
  selectOffers(db).where(eq(lockOffers.conversationId, sql.placeholder('conversationId'))),
);

/** The one offer of a conversation. */
export async function offerAt(db: Handle, conversationId: string): Promise<LockOffer | undefined> {
  return (await select(db, { conversationId }))[0];
}

/** Offers whose time is over at `now`, in locking order. */
export const dueOffers = prepared<{ now: number }, LockOffer[]>('offers.due', (db) =>
  selectOffers(db)
    .where(lte(lockOffers.until, sql.placeholder('now')))
    .orderBy(asc(conversations.inboxId), asc(lockOffers.conversationId)),
);

/** Every offer, in locking order: for a server that starts again. */
export const allOffers = prepared<Record<string, never>, LockOffer[]>('offers.all', (db) =>
  selectOffers(db).orderBy(asc(conversations.inboxId), asc(lockOffers.conversationId)),
);

const insert = prepared<Record<string, unknown>, unknown>('offers.insert', (db) =>
  db.insert(lockOffers).values({
    conversationId: sql.placeholder('conversationId'),
    kind: sql.placeholder('kind'),
    agentId: sql.placeholder('agentId'),
    epoch: sql.placeholder('epoch'),
    note: sql.placeholder('note'),
    leaseToken: sql.placeholder('leaseToken'),
    offeredAt: sql.placeholder('now'),
    until: sql.placeholder('until'),
  }),
);

export type NewOffer = Pick<LockOffer, 'conversationId' | 'kind' | 'agentId' | 'epoch' | 'note'> & {
  readonly leaseToken: string;
  readonly until: number;
};

/** The conversation's row is locked, and has no other offer. */
export async function insertOffer(tx: Tx, offer: NewOffer): Promise<void> {
  const { conversationId, kind, agentId, epoch, note, leaseToken, until } = offer;
  await insert(tx.db, { conversationId, kind, agentId, epoch, note, leaseToken, until, now: tx.now });
}

const remove = prepared<{ conversationId: string; kind: string }, { agentId: string }[]>(
  'offers.remove',
  (db) =>
    db
      .delete(lockOffers)
      .where(
        and(
          eq(lockOffers.conversationId, sql.placeholder('conversationId')),
          eq(lockOffers.kind, sql`${sql.placeholder('kind')}`),
        ),
      )
      .returning({ agentId: lockOffers.agentId }),
);

/** False: there was no offer of this kind. */
export async function dropOffer(tx: Tx, conversationId: string, kind: LockOffer['kind']): Promise<boolean> {
  return (await remove(tx.db, { conversationId, kind })).length > 0;
}

const lengthen = prepared<{ conversationId: string; until: number }, { until: number }[]>(
  'offers.lengthen',
  (db) =>
    db
      .update(lockOffers)
      .set({ until: sql`${sql.placeholder('until')}` })
      .where(eq(lockOffers.conversationId, sql.placeholder('conversationId')))
      .returning({ until: lockOffers.until }),
);

/** Gives an offer another end. False: it is gone. */
export async function moveOfferEnd(tx: Tx, conversationId: string, until: number): Promise<boolean> {
  return (await lengthen(tx.db, { conversationId, until })).length > 0;
}
