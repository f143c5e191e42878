import { LatchboxError } from '@latchbox/shared';
import { openAsks } from '../database/lock-asks.ts';
import { swapToken } from '../database/lock-steps.ts';
import { lockAt } from '../database/locks.ts';
import type { IsCurrent, Owner, OwnerDeps } from './owner.ts';
import { releaseLease } from './release-lease.ts';

export interface Renewal {
  /** Renews in a third of the lease's time to live, and goes on. */
  arm(owner: Owner): void;
  /** The lease has its full length from now on; undefined: of a lock that is nobody's here by now. */
  lengthened(owner: Owner | undefined): void;
  /** Renews now, and goes on. */
  renew(owner: Owner): Promise<void>;
}

/**
 * A long lease is renewed more often than it needs (ms): after a master was emptied, a check believes it again once every
 * holder had the time to put its lease back.
 */
const LONGEST_WAIT = 10_000;

/** Keeps the lease of an owned lock alive, every third of its time to live or sooner: the row is asked first, then the lease. */
export function createRenewal(
  deps: OwnerDeps,
  isCurrent: IsCurrent,
  forget: (owner: Owner) => void,
  askedFor: (owner: Owner, age: number) => void,
): Renewal {
  function arm(owner: Owner): void {
    // One renewal may be under way when another begins.
    owner.cancelRenew();
    const wait = Math.min(Math.floor(owner.leaseFor / 3), LONGEST_WAIT);
    owner.cancelRenew = deps.clock.setTimer(wait, () => void renew(owner));
  }

  function lengthened(owner: Owner | undefined): void {
    if (owner === undefined) return;
    owner.leaseFor = owner.lock.lockTtl;
    arm(owner);
  }

  async function renew(owner: Owner): Promise<void> {
    if (!isCurrent(owner)) return;
    owner.cancelRenew();
    try {
      const row = await lockAt(deps.db.read, owner.lock.conversationId, owner.lock.epoch);
      // Ended, or resumed over another connection: stop, and leave the lease to whoever it belongs to by now.
      if (row === undefined || row.endedAt !== null || row.connectionNo !== owner.holder.connectionNo)
        return forget(owner);
      const answer = await deps.leases.extend(row.conversationId, row.leaseToken, owner.lock.lockTtl);
      const stands = answer === 'extended' || (await replaceLease(owner, row.leaseToken));
      if (stands) {
        owner.leaseFor = owner.lock.lockTtl;
        if (isCurrent(owner)) tellCertainty(deps, owner, false);
      }
      await noticeAsks(deps, owner, askedFor);
    } catch (error) {
      if (!LatchboxError.is(error, 'coordination_unavailable'))
        deps.log.error('a lock could not be renewed', {
          conversationId: owner.lock.conversationId,
          error: String(error),
        });
      else if (isCurrent(owner)) tellCertainty(deps, owner, true);
    }
    if (isCurrent(owner)) arm(owner);
  }

  /** The store of leases lost ours (it was emptied) while our row is open: put a fresh one under it. */
  async function replaceLease(owner: Owner, lostToken: string): Promise<boolean> {
    const { conversationId, epoch, lockTtl } = owner.lock;
    const fresh = await deps.leases.acquire(conversationId, lockTtl);
    // Somebody else was faster: their grant ends our row and tells everybody.
    if (fresh.status === 'held') return false;
    const lock = { conversationId, epoch, connectionNo: owner.holder.connectionNo };
    let swapped = false;
    try {
      swapped = await deps.db.inTransaction((tx) => swapToken(tx, lock, lostToken, fresh.token));
      if (!swapped) forget(owner);
      return swapped;
    } finally {
      // Else nobody could take or put back this lease until its time is over: no row knows its token.
      if (!swapped) await releaseLease(deps, { conversationId, leaseToken: fresh.token });
    }
  }

  return { arm, lengthened, renew };
}

/** The hint that somebody asks may have been lost. */
async function noticeAsks(
  deps: OwnerDeps,
  owner: Owner,
  askedFor: (owner: Owner, age: number) => void,
): Promise<void> {
  if (owner.askedFor) return;
  const [oldest] = await openAsks(deps.db.read, owner.lock);
  if (oldest !== undefined) askedFor(owner, (await deps.db.now()) - oldest.askedAt);
}

function tellCertainty({ signals }: OwnerDeps, owner: Owner, uncertain: boolean): void {
  if (owner.uncertain === uncertain) return;
  owner.uncertain = uncertain;
  signals.uncertain(owner.holder.sessionId, owner.lock.conversationId, owner.lock.epoch, uncertain);
}
