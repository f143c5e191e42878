import { LatchboxError, refuse, type UpResult } from '@latchbox/shared';
import { authorize, findAccess } from '../database/authorize.ts';
import type { Tx } from '../database/database.ts';
import {
  type Ask,
  askById,
  closeAsks,
  dueAsks,
  insertAsk,
  moveAsk,
  openAsks,
} from '../database/lock-asks.ts';
import { offerAt } from '../database/lock-offers.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { lockAt, openLock, type OpenLock } from '../database/locks.ts';
import { holdSession } from '../database/sessions.ts';
import { violates } from '../database/unique-violation.ts';
import { newId } from '../lib/ids.ts';
import { type AcquireDeps, endOtherOpen, requireSession } from './acquire.ts';
import type { Heir } from './begin-epoch.ts';
import { endLock } from './end-lock.ts';
import { giveTo } from './give-to.ts';
import { holdOwn, requireHeld } from './held.ts';
import type { Holder } from './holder.ts';
import { passOn } from './pass-lock.ts';
import { type AskedFor, ASKED_FOR, type Given } from './there.ts';
import { offeredTo, tellStep } from './waiting-line.ts';

type Asked = UpResult<'lock.ask'>;

/** Asks the holder for the conversation (L12). Asking again while it is open answers the same. */
export async function askFor(
  deps: AcquireDeps,
  holder: Holder,
  input: { conversationId: string; note: string },
): Promise<Asked> {
  if (deps.owners.isLost(holder)) throw refuse('offline');
  const { conversationId } = input;
  return await deps.db.inTransaction(async (tx) => {
    await authorize(tx, holder.agentId, 'reply', { conversationId });
    await requireSession(tx, deps, holder);
    await holdConversation(tx, conversationId);
    const lock = await holdersLock(tx, holder, conversationId);
    const known = (await openAsks(tx.db, lock)).find((ask) => ask.agentId === holder.agentId);
    if (known !== undefined) {
      if (known.sessionId !== holder.sessionId) await moveAsk(tx, known.id, holder.sessionId);
      return { askId: known.id, deadline: known.deadline };
    }
    return await newAsk(tx, deps, holder, lock, input.note);
  });
}

/** The lock of somebody else, who can be asked. */
async function holdersLock(tx: Tx, holder: Holder, conversationId: string): Promise<OpenLock> {
  const lock = await openLock(tx.db, conversationId);
  if (lock === undefined) {
    const offer = await offerAt(tx.db, conversationId);
    throw offer === undefined || offer.agentId === holder.agentId
      ? refuse('lock_required')
      : offeredTo(offer);
  }
  if (lock.agentId !== holder.agentId) return lock;
  if (lock.sessionId === holder.sessionId) throw new LatchboxError('conflict', {});
  throw new LatchboxError('lock_elsewhere', { since: lock.grantedAt, device: lock.device ?? '' });
}

async function newAsk(
  tx: Tx,
  deps: AcquireDeps,
  { agentId, sessionId }: Holder,
  lock: OpenLock,
  note: string,
): Promise<Asked> {
  const { conversationId, epoch } = lock;
  const target = await lockTarget(tx.db, conversationId);
  if (target === undefined) throw refuse('not_found');
  const id = newId('ask');
  const deadline = tx.now + target.askGrace;
  await insertAsk(tx, { id, conversationId, epoch, agentId, sessionId, note, deadline });
  await tellStep(tx, deps, lock, 'asked_for');
  const hint: AskedFor = { conversationId, epoch, askedAt: tx.now };
  tx.afterCommit(() => deps.hints.publish(ASKED_FOR, hint));
  return { askId: id, deadline };
}

/** The holder is connected here: the next keystroke answers "keep". Where the hint is lost, the next renewal finds the question. */
export function receiveAskedFor(deps: Pick<AcquireDeps, 'hints' | 'owners' | 'db' | 'log'>): () => void {
  return deps.hints.subscribe(ASKED_FOR, (message) => {
    const { conversationId, epoch, askedAt } = message as AskedFor;
    if (!deps.owners.owns(conversationId, epoch)) return;
    void deps.db
      .now()
      .then((now) => deps.owners.askedFor(conversationId, epoch, now - askedAt))
      .catch((error: unknown) => {
        deps.log.warn('a holder could not be told that it is asked', {
          conversationId,
          error: String(error),
        });
      });
  });
}

/** The holder answers: `keep` is activity and ends every question; `pass` hands over to the session that asked. */
export async function answerAsk(
  deps: AcquireDeps,
  holder: Holder,
  input: { conversationId: string; askId: string; decision: 'pass' | 'keep' },
): Promise<void> {
  const { conversationId, askId, decision } = input;
  const ask = await askById(deps.db.read, askId);
  if (ask?.conversationId !== conversationId) {
    const open = await openLock(deps.db.read, conversationId);
    throw open?.sessionId === holder.sessionId ? new LatchboxError('conflict', {}) : refuse('lock_required');
  }
  const held = { conversationId, fence: ask.epoch };
  await requireHeld(deps, holder, held);
  if (ask.closedAt !== null) throw new LatchboxError('conflict', {});
  if (decision === 'pass') return await passToAsker(deps, holder, ask);
  if (!(await deps.owners.keep(conversationId, ask.epoch))) await requireHeld(deps, holder, held);
}

async function passToAsker(deps: AcquireDeps, holder: Holder, ask: Ask): Promise<void> {
  const { conversationId, epoch } = ask;
  const given = await passTo(deps, ask, async (tx) => {
    await authorize(tx, holder.agentId, 'reply', { conversationId });
    const heir = await heirOf(tx, deps, ask);
    await holdConversation(tx, conversationId);
    const lock = await holdOwn(tx, holder, { conversationId, fence: epoch });
    if (heir === undefined || !(await isOpen(tx, ask))) throw new LatchboxError('conflict', {});
    return await passAsked(tx, deps, lock, { ask, heir, reason: 'handed_over' });
  });
  if (given === undefined) throw new LatchboxError('conflict', {});
}

/** Gives the lock to who asks; an open-mode lock that the asker has elsewhere ends first, as when it takes one itself. */
async function passTo(
  deps: AcquireDeps,
  ask: Ask,
  work: (tx: Tx) => Promise<Given | undefined>,
): Promise<Given | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const target = await lockTarget(deps.db.read, ask.conversationId);
    if (target?.lockOn === 'open') await endOtherOpen(deps, ask.agentId, ask.conversationId);
    try {
      const given = await deps.db.inTransaction(work);
      if (given !== undefined) giveTo(deps, given);
      return given;
    } catch (error) {
      if (attempt > 1 || !violates(error, 'lock_epochs_open_agent')) throw error;
    }
  }
}

const isThere = (deps: AcquireDeps, ask: Ask): boolean =>
  deps.there(ask.agentId).some((one) => one.sessionId === ask.sessionId);

/** The session that asked, while it is connected and its agent may reply; neither ends before the commit. */
async function heirOf(tx: Tx, deps: AcquireDeps, ask: Ask): Promise<Heir | undefined> {
  const { agentId, agentName, sessionId, conversationId } = ask;
  if (!isThere(deps, ask)) return undefined;
  const access = await findAccess(tx, agentId, { conversationId });
  if (access === undefined || access.capability === 'read') return undefined;
  const session = await holdSession(tx, sessionId);
  if (session === undefined || session.endedAt !== null) return undefined;
  return { agentId, agentName, sessionId, connectionNo: session.connectionNo };
}

async function isOpen(tx: Tx, { id }: Ask): Promise<boolean> {
  return (await askById(tx.db, id))?.closedAt === null;
}

async function passAsked(
  tx: Tx,
  deps: AcquireDeps,
  lock: OpenLock,
  { ask, heir, reason }: { ask: Ask; heir: Heir; reason: 'handed_over' | 'idle' },
): Promise<Given | undefined> {
  const { conversationId } = lock;
  const target = await lockTarget(tx.db, conversationId);
  const lockOn = target?.lockOn ?? lock.lockOn;
  const passed = await passOn(tx, deps, lock, {
    to: heir,
    requestId: newId('req'),
    reason,
    lockOn,
    // Who let the time pass keeps the draft, as after every lock that ends by idleness.
    withDraft: reason === 'handed_over',
    askId: ask.id,
  });
  return passed && { conversationId, epoch: passed.fence, sessionId: heir.sessionId };
}

/** Ms for which the server of the holder's connection decides alone: only it knows of the last keystroke. */
const OWNERS_FIRST = 1_000;

/** Ends the locks whose holders have neither answered nor done anything until a question's deadline. */
export async function endUnanswered(deps: AcquireDeps, now: number): Promise<void> {
  const seen = new Set<string>();
  for (const ask of await dueAsks(deps.db.read, { now })) {
    const { conversationId, epoch, deadline } = ask;
    if (!deps.owners.owns(conversationId, epoch) && deadline + OWNERS_FIRST > now) continue;
    if (seen.has(conversationId)) continue;
    seen.add(conversationId);
    try {
      await decide(deps, ask);
    } catch (error) {
      deps.log.error('a question could not be decided; the next sweep tries again', {
        conversationId,
        error: String(error),
      });
    }
  }
}

async function decide(deps: AcquireDeps, due: Ask): Promise<void> {
  // Whoever asked first and is still there gets it.
  const asks = await openAsks(deps.db.read, due);
  const heirs = asks.filter((ask) => isThere(deps, ask));
  const first = heirs[0] ?? due;
  await passTo(deps, first, async (tx) => {
    const heir = await heirOf(tx, deps, first);
    await holdConversation(tx, due.conversationId);
    const lock = await lockAt(tx.db, due.conversationId, due.epoch);
    // Kept, passed on or over, before our turn came.
    if (lock === undefined || !(await isOpen(tx, due))) return undefined;
    // Ended by what knows no questions, as a restore from a backup.
    const outcome = lock.endedAt === null ? 'kept' : 'over';
    if (outcome === 'over' || wasActive(deps, lock, due, tx.now)) {
      await closeAsks(tx, lock, outcome);
      await tellStep(tx, deps, lock, 'ask_over');
      return undefined;
    }
    if (heir !== undefined && (await isOpen(tx, first)))
      return await passAsked(tx, deps, lock, { ask: first, heir, reason: 'idle' });
    // Nobody who asked is there any more: it ends as for every holder that is idle, and the line has it.
    await endLock(tx, deps, lock, 'idle');
    return undefined;
  });
}

/** Anything that was done in the conversation since the question, also what was no answer to it. */
function wasActive(deps: AcquireDeps, lock: OpenLock, ask: Ask, now: number): boolean {
  const idleFor = deps.owners.idleFor(lock.conversationId, lock.epoch);
  const activeAt = idleFor === undefined ? lock.activeAt : now - idleFor;
  return activeAt > ask.askedAt;
}
