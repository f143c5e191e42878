/** What time changes in waiting lines: offers that are due, locks that nobody was there to be offered, people who are gone. */
import type { Tx } from '../database/database.ts';
import { dropOffer, dueOffers, offerAt } from '../database/lock-offers.ts';
import { holdConversation } from '../database/lock-targets.ts';
import {
  allPlaces,
  type At,
  dropPlace,
  type LineCounts,
  type WaitingPlace,
} from '../database/waiting-line.ts';
import type { Clock } from '../lib/clock.ts';
import type { EndDeps } from './end-lock.ts';
import { nextTurn, offerFree, tellStep } from './waiting-line.ts';

export interface LineSweepDeps extends EndDeps {
  readonly clock: Clock;
}

/** Ms for which somebody in line may be nowhere connected: long enough for a reload, and for a server whose beats were lost. */
const ABSENT = 30_000;

export interface LineSweep {
  sweep(work: LineCounts, now: number): Promise<void>;
}

export function createLineSweep(deps: LineSweepDeps): LineSweep {
  const findAbsent = createAbsent(deps);
  return {
    async sweep(work, now) {
      if (work.offers > 0) await endDueOffers(deps, now);
      const places = work.places > 0 ? await allPlaces(deps.db.read) : [];
      for (const place of findAbsent(places)) await dropAbsent(deps, place);
      await offerFreeOnes(deps, places);
    },
  };
}

/** Finds the places whose agents nobody has seen for long. Every server sees all sessions, so each may say so. */
function createAbsent(deps: LineSweepDeps): (places: readonly WaitingPlace[]) => WaitingPlace[] {
  /** Since when (monotonic) somebody in line is not to be seen. */
  const absent = new Map<string, number>();
  return (places) => {
    const now = deps.clock.monotonic();
    const waiting = new Set(places.map((place) => place.agentId));
    for (const agentId of absent.keys()) if (!waiting.has(agentId)) absent.delete(agentId);
    for (const agentId of waiting) {
      if (deps.there(agentId).length > 0) absent.delete(agentId);
      else if (!absent.has(agentId)) absent.set(agentId, now);
    }
    return places.filter((place) => now - (absent.get(place.agentId) ?? now) >= ABSENT);
  };
}

async function dropAbsent(deps: LineSweepDeps, place: WaitingPlace): Promise<void> {
  await moveOn(deps, place, async (tx) => {
    await holdConversation(tx, place.conversationId);
    if (deps.there(place.agentId).length > 0) return;
    if (await dropPlace(tx, place.conversationId, place.agentId)) await tellStep(tx, deps, place, 'waiting');
  });
}

/** Locks that ended while nobody in line was connected, or whose server died at that moment. */
async function offerFreeOnes(deps: LineSweepDeps, places: readonly WaitingPlace[]): Promise<void> {
  const free = new Map<string, WaitingPlace>();
  for (const place of places)
    if (place.free && deps.there(place.agentId).length > 0) free.set(place.conversationId, place);
  for (const at of free.values()) {
    await moveOn(deps, at, async (tx) => {
      await holdConversation(tx, at.conversationId);
      if (await offerFree(tx, deps, at)) await tellStep(tx, deps, at, 'offered');
    });
  }
}

async function endDueOffers(deps: LineSweepDeps, now: number): Promise<void> {
  for (const due of await dueOffers(deps.db.read, { now })) {
    await moveOn(deps, due, async (tx) => {
      await holdConversation(tx, due.conversationId);
      const offer = await offerAt(tx.db, due.conversationId);
      // Accepted, withdrawn, or another one by now.
      if (offer === undefined || offer.until > tx.now) return;
      if (offer.kind === 'turn') return await tellStep(tx, deps, offer, await nextTurn(tx, deps, offer));
      await dropOffer(tx, offer.conversationId, 'hand_over');
      await tellStep(tx, deps, offer, 'hand_over_over');
    });
  }
}

/** One that cannot be changed must not keep the others waiting. */
async function moveOn(deps: LineSweepDeps, at: At, work: (tx: Tx) => Promise<void>): Promise<void> {
  try {
    await deps.db.inTransaction(work);
  } catch (error) {
    const { conversationId } = at;
    deps.log.error('a waiting line could not be moved on; the next sweep tries again', {
      conversationId,
      error: String(error),
    });
  }
}
