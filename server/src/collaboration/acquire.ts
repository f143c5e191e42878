import { LatchboxError, type LockEndReason, refuse } from '@latchbox/shared';
import { authorize } from '../database/authorize.ts';
import type { Tx } from '../database/database.ts';
import { lockAt, lockByRequest, openLock, openModeLock, type OpenLock } from '../database/locks.ts';
import {
  acquireTarget,
  type AcquireTarget,
  heldBesides,
  holdConversation,
  holdGrantsOf,
  type LockTarget,
} from '../database/lock-targets.ts';
import { dropOffer, offerAt } from '../database/lock-offers.ts';
import { conversationRow } from '../database/rows.ts';
import { holdSession } from '../database/sessions.ts';
import { violates } from '../database/unique-violation.ts';
import { dropPlace, lineCounts } from '../database/waiting-line.ts';
import type { Hints } from '../cluster/hints.ts';
import type { Clock } from '../lib/clock.ts';
import type { Granted, HeartSignals } from './api.ts';
import { beginUnder } from './begin-epoch.ts';
import { type EndDeps, endLock } from './end-lock.ts';
import { type FirstLease, firstTtl, lengthen, surelyStands } from './first-lease.ts';
import type { Holder } from './holder.ts';
import { tellLock } from './lock-events.ts';
import { loseConnection } from './lose-connection.ts';
import { answerRefusal } from './refused-lease.ts';
import { releaseLease } from './release-lease.ts';
import type { Connected } from './there.ts';
import { offeredTo } from './waiting-line.ts';

export interface AcquireDeps extends EndDeps {
  readonly clock: Clock;
  readonly signals: Pick<HeartSignals, 'dropOlder'>;
  readonly hints: Hints;
  readonly connected: Connected;
  /** At most so many locks an agent holds in inboxes with `lockOn: compose`. */
  readonly maxLocks: number;
}
export interface AcquireInput {
  readonly conversationId: string;
  readonly requestId: string;
}

const ATTEMPTS = 3;

/** Takes the lock. Order: lease (who is alive), row (who is right), then the lease's full length, which is the check where one is needed. */
export async function acquireLock(
  deps: AcquireDeps,
  holder: Holder,
  input: AcquireInput,
  acceptOffer: (deps: AcquireDeps, holder: Holder, input: AcquireInput) => Promise<Granted>,
): Promise<Granted> {
  // Said over a connection that is gone by now: its session may have gone on, and holds what it holds.
  if (deps.owners.isLost(holder)) throw refuse('offline');
  const { conversationId, requestId } = input;
  for (let attempt = 1; ; attempt += 1) {
    const target = await acquireTarget(deps.db.read, { conversationId, requestId, agentId: holder.agentId });
    const repeated =
      target.granted > 0 ? await lockByRequest(deps.db.read, conversationId, requestId) : undefined;
    if (repeated !== undefined) return await repeatGrant(deps, holder, target, repeated);
    // Whose turn it is takes what is kept for it, and under its lease.
    if (target.offeredTo === holder.agentId) return await acceptOffer(deps, holder, input);
    await makeRoom(deps, holder, target);
    const granted = await tryOnce(deps, holder, target, input);
    if (granted !== undefined) return granted;
    if (attempt === ATTEMPTS)
      throw new LatchboxError('lock_held', { holder: null, since: null, retryAfterMs: 100 });
  }
}

/** In open mode the agent's other lock ends first, whether or not the new one is then granted (L1). */
export async function makeRoom(deps: AcquireDeps, holder: Holder, target: AcquireTarget): Promise<void> {
  if (target.lockOn === 'compose') {
    if (target.held < deps.maxLocks) return;
    // Whoever asks for what it has already takes nothing more.
    const held = await openLock(deps.db.read, target.conversationId);
    if (held?.sessionId !== holder.sessionId) throw new LatchboxError('limit', { max: deps.maxLocks });
    return;
  }
  await endOtherOpen(deps, holder.agentId, target.conversationId);
}

/** Ends the open-mode lock that an agent has in another conversation, in a transaction of its own. */
export async function endOtherOpen(deps: EndDeps, agentId: string, conversationId: string): Promise<void> {
  const other = await openModeLock(deps.db.read, agentId);
  if (other === undefined || other.conversationId === conversationId) return;
  await deps.db.inTransaction(async (tx) => {
    const now = await openModeLock(tx.db, agentId);
    if (now !== undefined && now.conversationId !== conversationId) await endLock(tx, deps, now, 'switched');
  });
}

/** One try; undefined means that what stood in the way is gone. */
async function tryOnce(
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
  input: AcquireInput,
): Promise<Granted | undefined> {
  const ttl = firstTtl(target.lockTtl);
  // Read before the call: the lease stands at least until then.
  const until = deps.clock.monotonic() + ttl;
  const answer = await deps.leases.acquire(target.conversationId, ttl);
  if (answer.status === 'held') {
    const refusal = await answerRefusal(deps, holder, target.conversationId, answer.token);
    return refusal.answer === 'mine' ? await repeatGrant(deps, holder, target, refusal.lock) : undefined;
  }
  const lease = { token: answer.token, ttl, until };
  let granted: Granted | LatchboxError;
  try {
    granted = await deps.db.inTransaction((tx) =>
      grant(tx, deps, { holder, target, requestId: input.requestId, lease }),
    );
  } catch (error) {
    await releaseLease(deps, { conversationId: target.conversationId, leaseToken: lease.token });
    if (error === LEASE_OVER) return undefined;
    // Another tab of this agent took an open-mode lock, or a twin of this request was faster: look again.
    if (violates(error, 'lock_epochs_open_agent') || violates(error, 'lock_epochs_request')) return undefined;
    throw error;
  }
  if (granted instanceof LatchboxError) {
    await releaseLease(deps, { conversationId: target.conversationId, leaseToken: lease.token });
    throw granted;
  }
  await keep(deps, holder, target, granted.fence, lease);
  return granted;
}

/**
 * The grant is stored, and this server keeps its lease from here on. Where our clock alone cannot say that it stands, because the commit took
 * long, and over REST, where nobody renews but the holder, the lease is lengthened before the answer: that is the check.
 */
async function keep(
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
  epoch: number,
  lease: FirstLease,
): Promise<void> {
  const isSure = holder.kind === 'socket' && surelyStands(deps.clock, lease);
  if (!isSure) await makeFull(deps, target, epoch, lease.token);
  else void lengthen(deps, { conversationId: target.conversationId, epoch }, lease.token, target.lockTtl);
  const leaseFor = isSure ? lease.ttl : target.lockTtl;
  await own(deps, holder, target, { epoch, idleFor: 0, asked: false, leaseFor });
}

/** What a grant is made of. */
interface GrantOf {
  readonly holder: Holder;
  readonly target: LockTarget;
  readonly requestId: string;
  readonly lease: FirstLease;
}

/** The process stood still for longer than its lease, or the lock was passed on meanwhile: what it found out before that counts no more. */
const LEASE_OVER = new Error('the lease ended, or proves nothing, before the grant was written');

async function grant(
  tx: Tx,
  deps: AcquireDeps,
  { holder, target, requestId, lease }: GrantOf,
): Promise<Granted | LatchboxError> {
  const { conversationId } = target;
  const { agentId } = holder;
  await beginGrant(tx, deps, holder, target);
  // From here on nobody else can write a grant. Without this check a process that was frozen before its turn would end the
  // lock of whoever got the lease after it.
  if (deps.clock.monotonic() >= lease.until) throw LEASE_OVER;
  // Its lease is gone, else we had not got ours: the lock that still stands there is over.
  const stale = await openLock(tx.db, conversationId);
  // One that is newer than our first look was passed on since, as a turn that was accepted: its lease was on its way when we got ours.
  if (stale !== undefined && stale.epoch > target.newestFence) throw LEASE_OVER;
  if (stale !== undefined) await endLock(tx, deps, stale, 'expired');
  const refused = await turnOfAnother(tx, agentId, conversationId);
  // Answered and not thrown: what has ended stays ended, and the next in line has the offer.
  if (refused !== undefined) return refused;
  const { lockOn } = target;
  const { token } = lease;
  const epoch = await beginUnder(tx, { conversationId, to: holder, requestId, lockOn, token });
  const row = await tellLock(tx, deps.wake, target, (after) => ({ type: 'lock.granted', row: after }));
  return { fence: epoch, lock: row.lock };
}

/** What every grant of a lock begins with, in locking order: nobody changes any of it, or grants there, before the commit. */
export async function beginGrant(
  tx: Tx,
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
): Promise<void> {
  const { agentId } = holder;
  const counts = target.lockOn === 'compose';
  if (counts) await holdGrantsOf(tx, agentId);
  await authorize(tx, agentId, 'reply', target);
  await requireSession(tx, deps, holder);
  await holdConversation(tx, target.conversationId);
  // Counted before already; this is for acquires of one agent at the same time.
  if (counts && (await heldBesides(tx.db, agentId, target.conversationId)) >= deps.maxLocks)
    throw new LatchboxError('limit', { max: deps.maxLocks });
}

/** Whether the free lock is kept for somebody else. The agent's own turn, and its place in the line, end with the grant. */
async function turnOfAnother(
  tx: Tx,
  agentId: string,
  conversationId: string,
): Promise<LatchboxError | undefined> {
  const { places, offers } = await lineCounts(tx.db, conversationId);
  const offer = offers === 0 ? undefined : await offerAt(tx.db, conversationId);
  if (offer?.kind === 'turn' && offer.agentId !== agentId) return offeredTo(offer);
  if (offer !== undefined) await dropOffer(tx, conversationId, 'turn');
  if (places > 0) await dropPlace(tx, conversationId, agentId);
  return undefined;
}

/** Nothing is granted to a session that is over, or to a connection that is no longer the session's: nobody would keep it. */
export async function requireSession(tx: Tx, deps: AcquireDeps, holder: Holder): Promise<void> {
  const session = await holdSession(tx, holder.sessionId);
  if (session === undefined || session.endedAt !== null) throw refuse('closed');
  if (session.connectionNo === holder.connectionNo) return;
  // The hint that the session goes on elsewhere was lost, or is on its way.
  deps.signals.dropOlder(holder.sessionId, session.connectionNo);
  throw refuse('offline');
}

/** Lengthens the lease of a stored grant. That it still stands is the proof that nobody was granted in between. */
export async function makeFull(
  deps: AcquireDeps,
  target: LockTarget,
  epoch: number,
  token: string,
): Promise<void> {
  let stands: boolean;
  try {
    stands = (await deps.leases.extend(target.conversationId, token, target.lockTtl)) === 'extended';
  } catch {
    stands = false;
  }
  if (stands) return;
  const lock = await deps.db.inTransaction(async (tx) => {
    const now = await lockAt(tx.db, target.conversationId, epoch);
    if (now?.endedAt === null) await endLock(tx, deps, now, 'expired', { under: token });
    return now;
  });
  // It was ended meanwhile on purpose, as by an open-mode lock that its agent took elsewhere: the lease went with it.
  if (lock !== undefined && lock.endedAt !== null && lock.endReason !== 'expired') throw isOver(lock);
  throw refuse('coordination_unavailable');
}

/** The answer to a request whose grant has ended. */
function isOver(lock: OpenLock): LatchboxError {
  const reason = (lock.endReason ?? 'expired') as LockEndReason;
  const message = 'The lock that was granted for this request is over.';
  return new LatchboxError('lock_lost', { reason, entries: [] }, { message });
}

/**
 * The same request again, or a session that asks for what it has: the same answer, and the lease at full length. A grant that is
 * over stays over: `lock_lost`. The request id of somebody else, or of another session: `conflict`.
 */
export async function repeatGrant(
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
  lock: OpenLock,
): Promise<Granted> {
  const mine = lock.agentId === holder.agentId && lock.sessionId === holder.sessionId;
  if (!mine) throw new LatchboxError('conflict', {});
  if (lock.endedAt !== null) throw isOver(lock);
  // The session goes on over another connection, which has the lock.
  if (lock.connectionNo !== holder.connectionNo) throw refuse('offline');
  await deps.leases.extend(target.conversationId, lock.leaseToken, target.lockTtl);
  if (!deps.owners.owns(lock.conversationId, lock.epoch)) {
    await own(deps, holder, target, {
      epoch: lock.epoch,
      idleFor: (await deps.db.now()) - lock.activeAt,
      asked: lock.idleDeadline !== null,
    });
  }
  const row = await conversationRow(deps.db.read, lock.conversationId);
  return { fence: lock.epoch, lock: row.lock };
}

/** From here on this server keeps the lock alive, unless its connection was lost meanwhile: then its grace begins. */
export async function own(
  deps: AcquireDeps,
  holder: Holder,
  target: LockTarget,
  state: { epoch: number; idleFor: number; asked: boolean; leaseFor?: number },
): Promise<void> {
  // A REST session is kept alive by its renew calls alone, and nobody is there to be asked.
  if (holder.kind === 'rest') return;
  const owned = deps.owners.own(holder, {
    conversationId: target.conversationId,
    inboxId: target.inboxId,
    epoch: state.epoch,
    lockOn: target.lockOn,
    lockTtl: target.lockTtl,
    idleAfter: target.idleAfter,
    idleGrace: target.idleGrace,
    idleFor: state.idleFor,
    asked: state.asked,
    leaseFor: state.leaseFor ?? target.lockTtl,
  });
  if (!owned) await loseConnection(deps, holder, { ...target, epoch: state.epoch });
}
