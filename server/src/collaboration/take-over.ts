import { LatchboxError, mayTakeOver, refuse } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import type { Handle, Tx } from '../database/database.ts';
import { agentById } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { dropOffer, offerAt } from '../database/lock-offers.ts';
import { acquireTarget, type AcquireTarget } from '../database/lock-targets.ts';
import { lockByRequest, openLock, type OpenLock } from '../database/locks.ts';
import { violates } from '../database/unique-violation.ts';
import { takeTurn } from './accept-offer.ts';
import { type AcquireDeps, type AcquireInput, beginGrant, makeRoom, repeatGrant } from './acquire.ts';
import type { Granted } from './api.ts';
import type { Holder } from './holder.ts';
import { passOn, type Passed, takeUp } from './pass-lock.ts';

export interface TakeOverInput extends AcquireInput {
  readonly note: string;
}

const ATTEMPTS = 3;
const ACTION = 'lock.taken_over';

/**
 * Takes the lock away from its holder (L13), where the inbox allows it. The act is in the audit, in its own transaction; so is a
 * refusal. A lock that is kept for the next in line can be taken over like one that is held.
 */
export async function takeOver(deps: AcquireDeps, holder: Holder, input: TakeOverInput): Promise<Granted> {
  try {
    return await takeLock(deps, holder, input);
  } catch (error) {
    if (LatchboxError.is(error, 'forbidden')) await auditRefusal(deps, holder, input.conversationId);
    throw error;
  }
}

async function takeLock(deps: AcquireDeps, holder: Holder, input: TakeOverInput): Promise<Granted> {
  if (deps.owners.isLost(holder)) throw refuse('offline');
  const { conversationId, requestId } = input;
  for (let attempt = 1; ; attempt += 1) {
    const target = await acquireTarget(deps.db.read, { conversationId, requestId, agentId: holder.agentId });
    const repeated =
      target.granted > 0 ? await lockByRequest(deps.db.read, conversationId, requestId) : undefined;
    if (repeated !== undefined) return await repeatGrant(deps, holder, target, repeated);
    try {
      await requireTaker(deps, holder, target);
      await makeRoom(deps, holder, target);
      const taken = await deps.db.inTransaction((tx) => take(tx, deps, holder, target, input));
      return 'mine' in taken
        ? await repeatGrant(deps, holder, target, taken.mine)
        : await takeUp(deps, holder, target, taken);
    } catch (error) {
      const again = violates(error, 'lock_epochs_open_agent') || violates(error, 'lock_epochs_request');
      if (!again || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Before anything ends for it: a free lock is acquired, and not everybody may take one over. */
async function requireTaker({ db }: AcquireDeps, holder: Holder, target: AcquireTarget): Promise<void> {
  const open = await openLock(db.read, target.conversationId);
  if (open === undefined && target.offeredTo === null) throw refuse('lock_required');
  const whose = open?.agentId ?? target.offeredTo;
  if (whose !== holder.agentId) await requireRight(db.read, holder, target);
}

/** The role cannot change before the commit either, given a transaction: `authorize` keeps the agent's row as well. */
async function requireRight(at: Handle | Tx, { agentId }: Holder, target: AcquireTarget): Promise<void> {
  const { capability } = await authorize(at, agentId, 'reply', target);
  const agent = await agentById('afterCommit' in at ? at.db : at, agentId);
  if (agent === undefined || !mayTakeOver(target.takeOverBy, agent.role, capability))
    throw refuse('forbidden');
}

async function take(
  tx: Tx,
  deps: AcquireDeps,
  holder: Holder,
  target: AcquireTarget,
  input: TakeOverInput,
): Promise<Passed | { readonly mine: OpenLock }> {
  const { conversationId, lockOn } = target;
  const { requestId, note } = input;
  await beginGrant(tx, deps, holder, target);
  const old = await openLock(tx.db, conversationId);
  if (old?.agentId === holder.agentId) {
    if (old.sessionId === holder.sessionId) return { mine: old };
    return await must(passOn(tx, deps, old, { to: holder, requestId, reason: 'moved', lockOn: old.lockOn }));
  }
  if (old === undefined) return await takeReserved(tx, deps, holder, target, input);
  // Again, where nobody can change it any more.
  await requireRight(tx, holder, target);
  const by = { id: holder.agentId, name: holder.agentName };
  await audit(tx, by.id, conversationId, { from: old.agentId, fence: old.epoch, note });
  return await must(passOn(tx, deps, old, { to: holder, requestId, reason: 'taken_over', lockOn, by, note }));
}

/** Nobody holds it, but it is kept for somebody: the turn ends, and its lease is the taker's. */
async function takeReserved(
  tx: Tx,
  deps: AcquireDeps,
  holder: Holder,
  target: AcquireTarget,
  { requestId, note }: TakeOverInput,
): Promise<Passed> {
  const { conversationId } = target;
  const offer = await offerAt(tx.db, conversationId);
  if (offer === undefined) throw refuse('lock_required');
  if (offer.agentId !== holder.agentId) {
    await requireRight(tx, holder, target);
    await audit(tx, holder.agentId, conversationId, { from: null, offeredTo: offer.agentId, note });
  }
  await dropOffer(tx, conversationId, offer.kind);
  return await takeTurn(tx, deps, holder, { target, requestId, offer });
}

async function must(passing: Promise<Passed | undefined>): Promise<Passed> {
  const passed = await passing;
  if (passed === undefined) throw refuse('lock_required');
  return passed;
}

function audit(
  tx: Tx,
  actorId: string,
  objectId: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return writeAudit(tx, { actorId, action: ACTION, objectType: 'conversation', objectId, details });
}

/** In a transaction of its own: it must outlive the refusal. */
async function auditRefusal(deps: AcquireDeps, { agentId }: Holder, conversationId: string): Promise<void> {
  deps.log.warn('A take-over was refused', { actorId: agentId, conversationId });
  await deps.db.inTransaction((tx) =>
    writeAudit(tx, {
      actorId: agentId,
      action: `${ACTION}.refused`,
      objectType: 'conversation',
      objectId: conversationId,
    }),
  );
}
