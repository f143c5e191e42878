/**
 * The waiting line of a lock (L11). It is rows: the transaction that frees the lock makes the next offer, and due offers are due
 * rows, so that a server that dies stops no line.
 */
import { LatchboxError } from '@latchbox/shared';
import type { Leases } from '../cluster/leases.ts';
import type { Tx } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';
import { closeAsks, withdrawAsks } from '../database/lock-asks.ts';
import { dropOffer, insertOffer, type LockOffer, offerAt } from '../database/lock-offers.ts';
import { lockTarget } from '../database/lock-targets.ts';
import { openLock } from '../database/locks.ts';
import { sessionById } from '../database/sessions.ts';
import { type At, dropPlace, lineCounts, type Place, placesIn } from '../database/waiting-line.ts';
import { newSecret } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { tellLock } from './lock-events.ts';
import { releaseLease } from './release-lease.ts';
import type { WhoIsThere } from './there.ts';

export interface LineDeps {
  readonly leases: Leases;
  readonly wake: Wake;
  readonly log: Log;
  readonly there: WhoIsThere;
}

/** What changed about a lock that nobody got and nobody lost. */
export type LineStep =
  | 'waiting'
  | 'offered'
  | 'offer_over'
  | 'asked_for'
  | 'ask_over'
  | 'hand_over'
  | 'hand_over_over';

/**
 * Offers the lock to the first in line who is connected; whoever is not keeps the place. The lock is free and offered to nobody
 * in this transaction. `leaseToken`: the lease that it leaves, which passes to the offer. False: nobody is there.
 */
export async function offerNext(tx: Tx, deps: LineDeps, at: At, leaseToken: string): Promise<boolean> {
  const { conversationId } = at;
  const next = await firstThere(tx, deps, conversationId);
  if (next === undefined) return false;
  const target = await lockTarget(tx.db, conversationId);
  if (target === undefined) return false;
  await dropPlace(tx, conversationId, next.agentId);
  await insertOffer(tx, {
    conversationId,
    kind: 'turn',
    agentId: next.agentId,
    epoch: target.newestFence,
    note: '',
    leaseToken,
    until: tx.now + target.offerTime,
  });
  tx.afterCommit(() => void keepForOffer(deps, { conversationId, leaseToken }, target.offerTime));
  return true;
}

/** The first in line with a connected session. One that has just ended may be connected a moment longer. */
async function firstThere(tx: Tx, deps: LineDeps, conversationId: string): Promise<Place | undefined> {
  for (const place of await placesIn(tx.db, conversationId)) {
    for (const { sessionId } of deps.there(place.agentId)) {
      if ((await sessionById(tx.db, sessionId))?.endedAt === null) return place;
    }
  }
  return undefined;
}

/** The lease that stands behind an offer. Not being able to take it is no failure: a grant looks at the offer too. */
async function keepForOffer(
  deps: LineDeps,
  lease: { conversationId: string; leaseToken: string },
  ttl: number,
): Promise<void> {
  // At once: an acquire that finds no lease is refused for the offer, but has one of its own for that long.
  try {
    await deps.leases.restore(lease.conversationId, lease.leaseToken, ttl);
  } catch (error) {
    deps.log.warn('the lease of an offer could not be kept; the offer stands in the database', {
      conversationId: lease.conversationId,
      error: String(error),
    });
  }
}

/** Takes the turn of whoever is offered this lock away, and offers it to the next. Answers what became of it. */
export async function nextTurn(tx: Tx, deps: LineDeps, offer: LockOffer): Promise<'offered' | 'offer_over'> {
  const { conversationId, leaseToken } = offer;
  await dropOffer(tx, conversationId, 'turn');
  if (await offerNext(tx, deps, offer, leaseToken)) return 'offered';
  tx.afterCommit(() => void releaseLease(deps, { conversationId, leaseToken }));
  return 'offer_over';
}

/** Offers a lock that is free, offered to nobody, and under no lease. */
export async function offerFree(tx: Tx, deps: LineDeps, at: At): Promise<boolean> {
  if ((await openLock(tx.db, at.conversationId)) !== undefined) return false;
  if ((await offerAt(tx.db, at.conversationId)) !== undefined) return false;
  return await offerNext(tx, deps, at, newSecret());
}

/** Whose part in the line ends, and which of it: the questions of these sessions only, or of all of the agent's. */
export interface Leaving {
  readonly agentId: string;
  readonly places: boolean;
  readonly handOver: boolean;
  readonly asksOf?: readonly string[];
}

/**
 * Ends an agent's place, turn, hand-over and questions in one conversation, whose row is locked; the next in line is offered
 * what was offered to it. Answers the step to be told of, undefined when there was nothing.
 */
export async function leaveLine(
  tx: Tx,
  deps: LineDeps,
  at: At,
  { agentId, places, handOver, asksOf }: Leaving,
): Promise<LineStep | undefined> {
  const { conversationId } = at;
  let step: LineStep | undefined;
  const whose = asksOf === undefined ? {} : { sessionIds: asksOf };
  if ((await withdrawAsks(tx, { conversationId, agentId, ...whose })) > 0) step = 'ask_over';
  if (places && (await dropPlace(tx, conversationId, agentId))) step = 'waiting';
  const offer = await offerAt(tx.db, conversationId);
  if (offer?.agentId !== agentId) return step;
  if (offer.kind === 'turn') return places ? await nextTurn(tx, deps, offer) : step;
  if (!handOver) return step;
  await dropOffer(tx, conversationId, 'hand_over');
  return 'hand_over_over';
}

/** What ends with a lock, before it is told: questions to its holder, and the hand-over that it was to end with. */
export async function endConcerns(
  tx: Tx,
  lock: { readonly conversationId: string; readonly epoch: number },
  outcome: 'over' | 'kept',
): Promise<{ readonly places: number }> {
  const counts = await lineCounts(tx.db, lock.conversationId);
  if (counts.asks > 0) await closeAsks(tx, lock, outcome);
  if (counts.offers > 0) await dropOffer(tx, lock.conversationId, 'hand_over');
  return counts;
}

/** A reply that is being stored, for the line. `lock`: the one under which it is, if that goes on. */
export interface StoredUnder extends At {
  readonly agentId: string;
  /** Its author's lock that stays open, is about to end in this transaction, or none. */
  readonly lock: 'stays' | 'ends' | 'none';
  readonly epoch: number;
}

/**
 * What a stored reply changes: its author waits no more, has answered colleagues who ask by going on, and an offer to somebody
 * is withdrawn, because what it was about is answered; the next in line is asked.
 */
export async function lineAfterReply(tx: Tx, deps: LineDeps, reply: StoredUnder): Promise<void> {
  const { conversationId, agentId, lock } = reply;
  const counts = await lineCounts(tx.db, conversationId);
  if (counts.places + counts.offers + counts.asks === 0) return;
  let step: LineStep | undefined;
  if (counts.asks > 0 && lock === 'stays' && (await closeAsks(tx, reply, 'kept')) > 0) step = 'ask_over';
  if (await dropPlace(tx, conversationId, agentId)) step = 'waiting';
  if (lock === 'none') {
    const offer = await offerAt(tx.db, conversationId);
    if (offer?.kind === 'turn') step = await nextTurn(tx, deps, offer);
    else if (await offerFree(tx, deps, reply)) step = 'offered';
  }
  if (step !== undefined) await tellStep(tx, deps, reply, step);
}

/** Tells of a change of the line, with the row as the transaction leaves it. */
export async function tellStep(tx: Tx, deps: LineDeps, at: At, step: LineStep): Promise<void> {
  await tellLock(tx, deps.wake, at, (row) => ({ type: 'lock.changed', step, row }));
}

/** The refusal for everybody but the one it is offered to. */
export function offeredTo(offer: Pick<LockOffer, 'agentId' | 'agentName' | 'until'>): LatchboxError {
  const person = { id: offer.agentId, name: offer.agentName ?? '' };
  return new LatchboxError('lock_held', { holder: null, since: null, offeredTo: person, until: offer.until });
}
