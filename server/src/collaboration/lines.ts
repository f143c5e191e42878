/** The commands of the waiting line (L11), and what ends in it with a session or a membership. */
import { LatchboxError, refuse, type UpResult } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import type { Tx } from '../database/database.ts';
import { tabsOf } from '../database/sessions.ts';
import { offerAt } from '../database/lock-offers.ts';
import { holdConversation } from '../database/lock-targets.ts';
import { openLock } from '../database/locks.ts';
import {
  type At,
  type Concern,
  concernsOf,
  placesIn,
  placesOf,
  takePlace,
} from '../database/waiting-line.ts';
import { type AcquireDeps, requireSession } from './acquire.ts';
import type { LockScope } from './api.ts';
import type { Holder } from './holder.ts';
import { leaveLine, type Leaving, type LineStep, offerFree, tellStep } from './waiting-line.ts';

/** In how many lines one agent waits at most. */
export const MOST_PLACES = 200;

/** "Tell me when it is free." */
export async function joinLine(
  deps: AcquireDeps,
  holder: Holder,
  conversationId: string,
): Promise<UpResult<'lock.join'>> {
  if (deps.owners.isLost(holder)) throw refuse('offline');
  const { agentId } = holder;
  return await deps.db.inTransaction(async (tx) => {
    const { inboxId } = await authorize(tx, agentId, 'reply', { conversationId });
    await requireSession(tx, deps, holder);
    await holdConversation(tx, conversationId);
    const lock = await openLock(tx.db, conversationId);
    if (lock?.agentId === agentId) return { state: 'held' };
    const offered = await turnOf(tx, conversationId, agentId);
    if (offered !== undefined) return offered;
    const known = await placeOf(tx, conversationId, agentId);
    if (known === undefined) {
      if ((await placesOf(tx.db, agentId)) >= MOST_PLACES)
        throw new LatchboxError('limit', { max: MOST_PLACES });
      await takePlace(tx, conversationId, agentId);
    }
    const at = { conversationId, inboxId };
    const free = lock === undefined && (await offerFree(tx, deps, at));
    if (known === undefined || free) await tellStep(tx, deps, at, free ? 'offered' : 'waiting');
    return (
      (await turnOf(tx, conversationId, agentId)) ?? {
        state: 'waiting',
        place: (await placeOf(tx, conversationId, agentId)) ?? 1,
      }
    );
  });
}

async function turnOf(
  tx: Tx,
  conversationId: string,
  agentId: string,
): Promise<{ state: 'offered'; until: number } | undefined> {
  const offer = await offerAt(tx.db, conversationId);
  return offer?.kind === 'turn' && offer.agentId === agentId
    ? { state: 'offered', until: offer.until }
    : undefined;
}

/** Counted from 1; undefined: none. */
async function placeOf(tx: Tx, conversationId: string, agentId: string): Promise<number | undefined> {
  const at = (await placesIn(tx.db, conversationId)).findIndex((one) => one.agentId === agentId);
  return at === -1 ? undefined : at + 1;
}

/** Gives up the place, declines what is offered, takes back what was asked. */
export async function leaveLineOf(
  deps: AcquireDeps,
  holder: Holder,
  conversationId: string,
): Promise<UpResult<'lock.leaveLine'>> {
  return await deps.db.inTransaction(async (tx) => {
    const { inboxId } = await authorize(tx, holder.agentId, 'read', { conversationId });
    await holdConversation(tx, conversationId);
    const at = { conversationId, inboxId };
    const step = await leaveLine(tx, deps, at, { agentId: holder.agentId, places: true, handOver: true });
    if (step !== undefined) await tellStep(tx, deps, at, step);
    return { waiting: step !== undefined };
  });
}

/** Something of an agent that ends in a conversation, and how. */
export type Ending = At & Leaving;

/**
 * What ends in waiting lines with a membership, a sign-in or a session. An agent's places and turns end with its last connected
 * session; a hand-over to it stays, for it is for somebody who is not there.
 */
export async function endingsOf(tx: Tx, deps: AcquireDeps, scope: LockScope): Promise<Ending[]> {
  if ('agentId' in scope) {
    const concerns = await concernsOf(tx.db, scope.agentId, scope);
    return merge(concerns, { agentId: scope.agentId, places: true, handOver: true });
  }
  const ended = await tabsOf(tx.db, scope);
  const [first] = ended;
  if (first === undefined) return [];
  const { agentId } = first;
  const ids = ended.map((session) => session.id);
  const last = deps.there(agentId).every((one) => ids.includes(one.sessionId));
  const concerns = (await concernsOf(tx.db, agentId)).filter((one) =>
    one.what === 'ask' ? ids.includes(one.sessionId ?? '') : last,
  );
  return merge(concerns, { agentId, places: last, handOver: false, asksOf: ids });
}

/** One ending a conversation, in locking order. */
function merge(concerns: readonly Concern[], leaving: Leaving): Ending[] {
  const at = new Map(concerns.map(({ conversationId, inboxId }) => [conversationId, inboxId]));
  return [...at]
    .map(([conversationId, inboxId]) => ({ conversationId, inboxId, ...leaving }))
    .sort(inLockingOrder);
}

/** As rows must be locked: by inbox, then by conversation. */
export function inLockingOrder(a: At, b: At): number {
  if (a.inboxId !== b.inboxId) return a.inboxId < b.inboxId ? -1 : 1;
  if (a.conversationId === b.conversationId) return 0;
  return a.conversationId < b.conversationId ? -1 : 1;
}

/** Ends it; the conversation's row is locked. Answers what is to be told. */
export function endInLine(tx: Tx, deps: AcquireDeps, ending: Ending): Promise<LineStep | undefined> {
  return leaveLine(tx, deps, ending, ending);
}
