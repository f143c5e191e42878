import { LatchboxError, refuse, type UpResult } from '@latchbox/shared';
import { authorize, findAccess } from '../database/authorize.ts';
import type { Tx } from '../database/database.ts';
import { agentById } from '../database/directory/agents.ts';
import { dropOffer, insertOffer } from '../database/lock-offers.ts';
import { heldBesides, holdConversation, lockTarget, type LockTarget } from '../database/lock-targets.ts';
import { openModeLock, type OpenLock } from '../database/locks.ts';
import { holdSession } from '../database/sessions.ts';
import { violates } from '../database/unique-violation.ts';
import { newId } from '../lib/ids.ts';
import type { AcquireDeps } from './acquire.ts';
import type { Heir } from './begin-epoch.ts';
import { giveTo } from './give-to.ts';
import { type Held, holdOwn, requireHeld } from './held.ts';
import type { Holder } from './holder.ts';
import { passOn } from './pass-lock.ts';
import { tellStep } from './waiting-line.ts';

type HandedOver = UpResult<'lock.handOver'>;
export interface HandOverInput extends Held {
  readonly to: string | null;
  readonly note: string;
}

/**
 * Passes the lock and the reply draft to a colleague (L12): to a session that is there, or as an offer, under which the holder keeps
 * it. `to: null` withdraws the offer.
 */
export async function handOver(deps: AcquireDeps, holder: Holder, input: HandOverInput): Promise<HandedOver> {
  const { conversationId, to } = input;
  await requireHeld(deps, holder, input);
  if (to === null) return await withdraw(deps, holder, input);
  if (to === holder.agentId) throw new LatchboxError('conflict', {});
  const target = await lockTarget(deps.db.read, conversationId);
  if (target === undefined) throw refuse('not_found');
  await requireColleague(deps, to, conversationId);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const done = await deps.db.inTransaction((tx) => hand(tx, deps, holder, target, { ...input, to }));
      if ('given' in done) giveTo(deps, done.given);
      return done.result;
    } catch (error) {
      // The colleague took another open-mode lock at the same time: then it is an offer.
      if (attempt > 1 || !violates(error, 'lock_epochs_open_agent')) throw error;
    }
  }
}

/** Whoever may not reply here is answered like whoever does not exist. A system actor never holds a lock. */
async function requireColleague({ db }: AcquireDeps, agentId: string, conversationId: string): Promise<void> {
  const access = await findAccess(db.read, agentId, { conversationId });
  const agent = await agentById(db.read, agentId);
  if (access === undefined || access.capability === 'read' || agent?.kind !== 'person')
    throw refuse('not_found');
}

type Done =
  | { readonly result: HandedOver }
  | {
      readonly result: HandedOver;
      readonly given: { conversationId: string; epoch: number; sessionId: string };
    };

async function hand(
  tx: Tx,
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
  input: HandOverInput & { readonly to: string },
): Promise<Done> {
  const { conversationId, to, note } = input;
  await authorize(tx, holder.agentId, 'reply', { conversationId });
  // Removed at this very moment: not_found, as for somebody who never was a member.
  const access = await findAccess(tx, to, { conversationId });
  if (access === undefined || access.capability === 'read') throw refuse('not_found');
  const heir = await heirOf(tx, deps, to, conversationId);
  await holdConversation(tx, conversationId);
  const lock = await holdOwn(tx, holder, input);
  if (heir === undefined || (await isBusy(tx, deps, to, target)))
    return { result: await offer(tx, deps, lock, target, { to, note }) };
  const how = { to: heir, requestId: newId('req'), reason: 'handed_over', withDraft: true } as const;
  const passed = await passOn(tx, deps, lock, { ...how, note, lockOn: target.lockOn });
  if (passed === undefined) throw refuse('lock_required');
  const given = { conversationId, epoch: passed.fence, sessionId: heir.sessionId };
  return { result: { state: 'passed' }, given };
}

/** A session of the colleague that is connected, best one that has the conversation open; it cannot end before the commit. */
export async function heirOf(
  tx: Tx,
  deps: AcquireDeps,
  agentId: string,
  conversationId: string,
): Promise<Heir | undefined> {
  const views = (one: { viewing: readonly { conversationId: string }[] }): number =>
    one.viewing.some((at) => at.conversationId === conversationId) ? 1 : 0;
  const sessions = [...deps.there(agentId)].sort((a, b) => views(b) - views(a));
  const agent = await agentById(tx.db, agentId);
  for (const { sessionId } of sessions) {
    const session = await holdSession(tx, sessionId);
    if (session === undefined || session.endedAt !== null) continue;
    return { agentId, agentName: agent?.name ?? '', sessionId, connectionNo: session.connectionNo };
  }
  return undefined;
}

/** Whether this lock would end another one of the colleague's, or be one too many. */
export async function isBusy(
  tx: Tx,
  deps: AcquireDeps,
  agentId: string,
  target: LockTarget,
): Promise<boolean> {
  if (target.lockOn === 'open') return (await openModeLock(tx.db, agentId)) !== undefined;
  return (await heldBesides(tx.db, agentId, target.conversationId)) >= deps.maxLocks;
}

async function offer(
  tx: Tx,
  deps: AcquireDeps,
  lock: OpenLock,
  target: LockTarget,
  { to, note }: { to: string; note: string },
): Promise<HandedOver> {
  const { conversationId, epoch } = lock;
  const until = tx.now + target.handOverTime;
  await dropOffer(tx, conversationId, 'hand_over');
  await insertOffer(tx, {
    conversationId,
    kind: 'hand_over',
    agentId: to,
    epoch,
    note,
    leaseToken: '',
    until,
  });
  await tellStep(tx, deps, lock, 'hand_over');
  return { state: 'offered', until };
}

async function withdraw(deps: AcquireDeps, holder: Holder, input: HandOverInput): Promise<HandedOver> {
  await deps.db.inTransaction(async (tx) => {
    await holdConversation(tx, input.conversationId);
    const lock = await holdOwn(tx, holder, input);
    if (await dropOffer(tx, lock.conversationId, 'hand_over'))
      await tellStep(tx, deps, lock, 'hand_over_over');
  });
  return { state: 'withdrawn' };
}
