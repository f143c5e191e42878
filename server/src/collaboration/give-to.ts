import type { Hints } from '../cluster/hints.ts';
import { lockTarget } from '../database/lock-targets.ts';
import { lockAt, type OpenLock } from '../database/locks.ts';
import type { EndDeps } from './end-lock.ts';
import { loseConnection } from './lose-connection.ts';
import { type Connected, type Given, GIVEN } from './there.ts';

interface GiveDeps extends EndDeps {
  readonly connected: Connected;
}

/** Tells every server, this one too, that a lock was given to a session; only the one that has its connection can keep it. */
export function giveTo({ hints }: { readonly hints: Hints }, given: Given): void {
  hints.publish(GIVEN, given);
}

/**
 * Takes what was given to the sessions that are connected here. A lost hint costs one round of the sweeper. An heir whose connection
 * went away in that very instant has found no lock of its own to leave behind: its reconnect grace begins here.
 */
export function receiveGiven(deps: GiveDeps & { readonly hints: Hints }): () => void {
  return deps.hints.subscribe(GIVEN, (message) => {
    const given = message as Given;
    const holder = deps.connected.get(given.sessionId) ?? deps.connected.lost(given.sessionId);
    if (holder === undefined) return;
    void lockAt(deps.db.read, given.conversationId, given.epoch)
      .then(async (lock) => {
        if (lock === undefined || (await adopt(deps, lock))) return;
        if (deps.connected.get(given.sessionId) === undefined) await loseConnection(deps, holder, lock);
      })
      .catch((error: unknown) => {
        deps.log.error('a lock that was given could not be taken up; the sweeper tries again', {
          conversationId: given.conversationId,
          error: String(error),
        });
      });
  });
}

/** Keeps an open lock from here on, if its connection is here and nobody here keeps it. False: it is not ours. */
export async function adopt(deps: GiveDeps, lock: OpenLock): Promise<boolean> {
  const holder = lock.sessionId === null ? undefined : deps.connected.get(lock.sessionId);
  if (holder === undefined || holder.kind === 'rest' || holder.connectionNo !== lock.connectionNo)
    return false;
  if (lock.endedAt !== null || lock.goneDeadline !== null) return false;
  const target = await lockTarget(deps.db.read, lock.conversationId);
  const now = await deps.db.now();
  if (target === undefined || deps.owners.owns(lock.conversationId, lock.epoch)) return false;
  const { conversationId, inboxId, epoch, lockOn } = lock;
  const { lockTtl, idleAfter, idleGrace } = target;
  const state = { idleFor: now - lock.activeAt, asked: lock.idleDeadline !== null };
  const owned = { conversationId, inboxId, epoch, lockOn, lockTtl, idleAfter, idleGrace, ...state };
  if (!deps.owners.own(holder, owned)) return false;
  await deps.owners.renewNow(conversationId, epoch);
  return true;
}
