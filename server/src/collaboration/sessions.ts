import { LatchboxError, type LockView, nextLockPhase, refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { holdSignIn } from '../database/directory/sign-ins.ts';
import { markResumed } from '../database/lock-steps.ts';
import { holdConversation, lockTarget } from '../database/lock-targets.ts';
import { locksOfSession, type OpenLock } from '../database/locks.ts';
import { conversationRow } from '../database/rows.ts';
import {
  endSession,
  raiseConnection,
  sessionById,
  type SessionRow,
  signSession,
} from '../database/sessions.ts';
import { hashSecret, newId, newSecret, sameSecret } from '../lib/ids.ts';
import { type AcquireDeps, requireSession } from './acquire.ts';
import type { Locks, Sessions, SessionStart, StartedSession } from './api.ts';
import type { Holder } from './holder.ts';
import { tellLock } from './lock-events.ts';
import { loseConnection } from './lose-connection.ts';
import { phaseOf } from './phase.ts';
import { createSessionStarts } from './session-starts.ts';

export interface SessionDeps extends AcquireDeps {
  readonly locks: Pick<Locks, 'endInScope'>;
  readonly serverId: string;
}

/** Hint: a session goes on over a newer connection; whoever has an older one drops it. */
export const DROP_OLDER = 'drop-older';

/** Running SDK clients and REST lock holders: they survive reconnect and reload, and own locks. */
export function createSessions(deps: SessionDeps): Sessions {
  const { db } = deps;
  const store = createSessionStarts(db);
  return {
    async start(input) {
      const { id, key } = input.given ?? { id: newId('ses'), key: newSecret() };
      const row = { ...input, id, keyHash: hashSecret(key), serverId: deps.serverId };
      if (await store(row)) {
        const holder = holderOf(input, id, 1);
        if (input.kind === 'socket') deps.connected.add(holder);
        return { holder, key, resumed: false, locks: [] };
      }
      const known = await liveSession(deps, id, key, input.agentId);
      if (known === undefined) throw new LatchboxError('conflict', {});
      return { holder: holderOf(known, id, known.connectionNo), key, resumed: false, locks: [] };
    },

    async resume(input) {
      const known = await liveSession(deps, input.id, input.key, input.agentId);
      return known === undefined ? undefined : await resumeSession(deps, input);
    },

    async find(id, key, agentId) {
      const row = await liveSession(deps, id, key, agentId);
      return row && holderOf(row, row.id, row.connectionNo);
    },

    async signAgain(holder, signInId) {
      const { sessionId: id, connectionNo } = holder;
      await db.inTransaction(async (tx) => {
        // Its end either comes after this, and then ends this session too, or is found here.
        if (signInId !== null && !(await holdSignIn(tx, signInId))) throw refuse('unauthenticated');
        if (await signSession(tx, { id, connectionNo, signInId })) return;
        await requireSession(tx, deps, holder);
      });
    },

    async connectionLost(holder) {
      // First of all: a grant that is under way finds this out when it is written, or is found here.
      deps.owners.lose(holder);
      deps.connected.gone(holder);
      const locks = await locksOfSession(db.read, holder.sessionId);
      // What a newer connection has already is not this one's to lose; that number only grows.
      const own = locks.filter(({ connectionNo }) => connectionNo === holder.connectionNo);
      for (const lock of own) await loseConnection(deps, holder, lock);
    },

    async close(holder, reason) {
      deps.connected.gone(holder);
      await db.inTransaction(async (tx) => {
        // The session first: a grant that is under way is either committed by now, and ends below, or finds no session.
        await endSession(tx, holder.sessionId);
        await deps.locks.endInScope(tx, { sessionId: holder.sessionId }, reason, null);
      });
    },
  };
}

function holderOf(input: Omit<SessionStart, 'signInId'>, sessionId: string, connectionNo: number): Holder {
  return {
    agentId: input.agentId,
    agentName: input.agentName,
    sessionId,
    connectionNo,
    device: input.device,
    kind: input.kind,
  };
}

async function liveSession(
  deps: SessionDeps,
  id: string,
  key: string,
  agentId: string,
): Promise<SessionRow | undefined> {
  const row = await sessionById(deps.db.read, id);
  if (row === undefined || row.endedAt !== null || row.agentId !== agentId) return undefined;
  return sameSecret(row.keyHash, hashSecret(key)) ? row : undefined;
}

async function resumeSession(
  deps: SessionDeps,
  input: Parameters<Sessions['resume']>[0],
): Promise<StartedSession | undefined> {
  const resumed = await deps.db.inTransaction(async (tx) => {
    const connectionNo = await raiseConnection(tx, {
      id: input.id,
      serverId: deps.serverId,
      signInId: input.signInId,
    });
    if (connectionNo === undefined) return undefined;
    if (input.isThere?.() === false) throw refuse('offline');
    const locks: { lock: OpenLock; view: LockView }[] = [];
    for (const lock of await holdLocks(tx, input.id)) {
      const view = await resumeLock(tx, deps, lock, connectionNo);
      if (view !== undefined) locks.push({ lock, view });
    }
    return { connectionNo, locks };
  });
  if (resumed === undefined) return undefined;
  const holder = holderOf(input, input.id, resumed.connectionNo);
  deps.connected.add(holder);
  deps.hints.publish(DROP_OLDER, { sessionId: input.id, connectionNo: resumed.connectionNo });
  // Side by side: leases that do not answer hold up the resume once.
  await Promise.all(resumed.locks.map(({ lock }) => takeOver(deps, holder, lock)));
  return {
    holder,
    key: input.key,
    resumed: true,
    locks: resumed.locks.map(({ lock, view }) => ({ conversationId: lock.conversationId, lock: view })),
  };
}

/**
 * The open locks of a session, with all their rows locked: before the first event, and read again after the wait for them,
 * because what the older connection's loss or a question has changed meanwhile decides what is told.
 */
async function holdLocks(tx: Tx, sessionId: string): Promise<OpenLock[]> {
  const locks = await locksOfSession(tx.db, sessionId);
  for (const { conversationId } of locks) await holdConversation(tx, conversationId);
  return tx.dialect === 'sqlite' || locks.length === 0 ? locks : await locksOfSession(tx.db, sessionId);
}

/** The new connection owns the lock. Resuming is no activity: an open idle question keeps its deadline. */
async function resumeLock(
  tx: Tx,
  deps: SessionDeps,
  lock: OpenLock,
  connectionNo: number,
): Promise<LockView | undefined> {
  const wasGone = nextLockPhase(phaseOf(lock), 'resumed') !== undefined;
  const owned = { conversationId: lock.conversationId, epoch: lock.epoch, connectionNo };
  if (!(await markResumed(tx, owned))) return undefined;
  if (!wasGone) return (await conversationRow(tx.db, lock.conversationId)).lock;
  const row = await tellLock(tx, deps.wake, lock, (after) => ({
    type: 'lock.changed',
    step: 'resumed',
    row: after,
  }));
  return row.lock;
}

/** This server renews the lock from here on; the lease of a server that was killed may have ended in between. */
async function takeOver(deps: SessionDeps, holder: Holder, lock: OpenLock): Promise<void> {
  if (holder.kind === 'rest') return;
  const target = await lockTarget(deps.db.read, lock.conversationId);
  if (target === undefined) return;
  // Its older connection may stand here still, and knows of activity that was not written down yet.
  const known = deps.owners.idleFor(lock.conversationId, lock.epoch) ?? Number.POSITIVE_INFINITY;
  const written = (await deps.db.now()) - lock.activeAt;
  deps.owners.own(holder, {
    conversationId: lock.conversationId,
    inboxId: lock.inboxId,
    epoch: lock.epoch,
    lockOn: lock.lockOn,
    lockTtl: target.lockTtl,
    idleAfter: target.idleAfter,
    idleGrace: target.idleGrace,
    idleFor: Math.min(known, written),
    asked: lock.idleDeadline !== null,
  });
  await deps.owners.renewNow(lock.conversationId, lock.epoch);
}
