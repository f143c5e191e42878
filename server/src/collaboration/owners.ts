/**
 * The locks whose holder is connected to this server. An owner renews the lease, watches for idleness, and stops as soon as
 * the row says that it owns no more. There is one an open lock; it is never the authority: the row is.
 */
import type { Holder } from './holder.ts';
import { createIdling, keepUnowned } from './idling.ts';
import type { Owned, Owner, OwnerDeps } from './owner.ts';
import { createRenewal } from './renewal.ts';

export interface Owners {
  /** False when the connection of this holder is lost: then nobody here may renew the lock. */
  own(holder: Holder, lock: Owned): boolean;
  /** The connection of this holder is lost, for good: what is granted to it from here on is owned by nobody. */
  lose(holder: Holder): void;
  isLost(holder: Holder): boolean;
  drop(conversationId: string, epoch: number): void;
  owns(conversationId: string, epoch: number): boolean;
  activity(sessionId: string, conversationId: string, kind: 'reply' | 'note' | 'reading'): void;
  /** A colleague asks for this lock, and did so `age` ms ago: the next keystroke keeps it, as one since then does. */
  askedFor(conversationId: string, epoch: number, age: number): void;
  /** Renews at once, for a lock that was taken over from a server that is gone. */
  renewNow(conversationId: string, epoch: number): Promise<void>;
  /** Withdraws an open idle question. False: the lock is no longer open. */
  keep(conversationId: string, epoch: number): Promise<boolean>;
  /** Ms since the last activity of the holder; undefined where another server knows it. */
  idleFor(conversationId: string, epoch: number): number | undefined;
  /** How many locks are owned here. */
  count(): number;
  close(): void;
}

const nothing = () => undefined;

export function createOwners(deps: OwnerDeps): Owners {
  const owners = new Map<string, Owner>();
  /** By the very objects with which the connections act: a connection that is gone is forgotten with its holder. */
  const lost = new WeakSet<Holder>();
  let closed = false;
  const isCurrent = (owner: Owner) => owners.get(owner.lock.conversationId) === owner;

  function forget(owner: Owner): void {
    owner.cancelRenew();
    owner.cancelIdle();
    if (isCurrent(owner)) owners.delete(owner.lock.conversationId);
  }

  const idling = createIdling(deps, isCurrent, forget);
  const renewal = createRenewal(deps, isCurrent, forget, askedFor);

  function askedFor(owner: Owner, age: number): void {
    owner.askedFor = true;
    if (deps.clock.monotonic() - owner.typedAt < age) void idling.keepQuietly(owner);
  }

  return {
    own(holder, lock) {
      if (lost.has(holder)) return false;
      const before = owners.get(lock.conversationId);
      // Whoever comes late, after waiting for a lease, does not push out the owner of what was granted since.
      if (closed || (before !== undefined && isNewer(before, holder, lock))) return true;
      if (before !== undefined) forget(before);
      const owner = newOwner(holder, lock, deps.clock.monotonic());
      owners.set(lock.conversationId, owner);
      renewal.arm(owner);
      idling.arm(owner);
      return true;
    },
    lose: (holder) => void lost.add(holder),
    isLost: (holder) => lost.has(holder),
    drop(conversationId, epoch) {
      const owner = owners.get(conversationId);
      if (owner?.lock.epoch === epoch) forget(owner);
    },
    owns: (conversationId, epoch) => owners.get(conversationId)?.lock.epoch === epoch,
    activity(sessionId, conversationId, kind) {
      const owner = owners.get(conversationId);
      if (owner === undefined || owner.holder.sessionId !== sessionId) return;
      if (kind === 'reading' && owner.lock.lockOn !== 'open') return;
      owner.activeAt = deps.clock.monotonic();
      if (kind !== 'reading') owner.typedAt = owner.activeAt;
      // Scrolling is no answer to a colleague: the holder may be on the way to "pass it on".
      if (owner.asked || (owner.askedFor && kind !== 'reading')) void idling.keepQuietly(owner);
    },
    askedFor(conversationId, epoch, age) {
      const owner = owners.get(conversationId);
      if (owner?.lock.epoch === epoch) askedFor(owner, age);
    },
    async renewNow(conversationId, epoch) {
      const owner = owners.get(conversationId);
      if (owner?.lock.epoch === epoch) await renewal.renew(owner);
    },
    async keep(conversationId, epoch) {
      const owner = owners.get(conversationId);
      if (owner?.lock.epoch !== epoch) return await keepUnowned(deps, conversationId, epoch);
      owner.activeAt = deps.clock.monotonic();
      return await idling.keep(owner);
    },
    idleFor(conversationId, epoch) {
      const owner = owners.get(conversationId);
      return owner?.lock.epoch === epoch ? deps.clock.monotonic() - owner.activeAt : undefined;
    },
    count: () => owners.size,
    close() {
      closed = true;
      for (const owner of owners.values()) forget(owner);
    },
  };
}

function isNewer(owner: Owner, holder: Holder, lock: Owned): boolean {
  if (owner.lock.epoch !== lock.epoch) return owner.lock.epoch > lock.epoch;
  return owner.holder.connectionNo > holder.connectionNo;
}

function newOwner(holder: Holder, lock: Owned, now: number): Owner {
  const activeAt = now - Math.max(0, lock.idleFor);
  const { asked } = lock;
  return {
    holder,
    lock,
    activeAt,
    notedAt: activeAt,
    asked,
    askedFor: false,
    typedAt: Number.NEGATIVE_INFINITY,
    uncertain: false,
    cancelRenew: nothing,
    cancelIdle: nothing,
  };
}
