/**
 * The locks whose holder is connected to this server. An owner renews the lease, watches for idleness, and stops as soon as
 * the row says that it owns no more. There is one an open lock; it is never the authority: the row is.
 */
import type { Holder } from './holder.ts';
import { createIdling, type Idling, keepUnowned } from './idling.ts';
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
  /** The first lease of a grant has its full length. */
  lengthened(conversationId: string, epoch: number): void;
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

/** The owners by conversation: there is one an open lock. */
function createOwnerMap() {
  const owners = new Map<string, Owner>();
  const isCurrent = (owner: Owner) => owners.get(owner.lock.conversationId) === owner;
  return {
    isCurrent,
    get: (conversationId: string) => owners.get(conversationId),
    set: (owner: Owner) => void owners.set(owner.lock.conversationId, owner),
    count: () => owners.size,
    all: () => [...owners.values()],
    find: (conversationId: string, epoch: number): Owner | undefined => {
      const owner = owners.get(conversationId);
      return owner?.lock.epoch === epoch ? owner : undefined;
    },
    forget: (owner: Owner): void => {
      owner.cancelRenew();
      owner.cancelIdle();
      if (isCurrent(owner)) owners.delete(owner.lock.conversationId);
    },
  };
}

export function createOwners(deps: OwnerDeps): Owners {
  const owners = createOwnerMap();
  const { find, forget, isCurrent } = owners;
  /** By the very objects with which the connections act: a connection that is gone is forgotten with its holder. */
  const lost = new WeakSet<Holder>();
  let closed = false;

  const idling = createIdling(deps, isCurrent, forget);
  const askedFor = noticeAsk(deps, idling);
  const renewal = createRenewal(deps, isCurrent, forget, askedFor);

  return {
    own(holder, lock) {
      if (lost.has(holder)) return false;
      const before = owners.get(lock.conversationId);
      // Whoever comes late, after waiting for a lease, does not push out the owner of what was granted since.
      if (closed || (before !== undefined && isNewer(before, holder, lock))) return true;
      if (before !== undefined) forget(before);
      const owner = newOwner(holder, lock, deps.clock.monotonic());
      owners.set(owner);
      renewal.arm(owner);
      idling.arm(owner);
      return true;
    },
    lose: (holder) => void lost.add(holder),
    isLost: (holder) => lost.has(holder),
    drop(...lock) {
      const owner = find(...lock);
      if (owner !== undefined) forget(owner);
    },
    owns: (...lock) => find(...lock) !== undefined,
    activity(sessionId, conversationId, kind) {
      const owner = owners.get(conversationId);
      if (owner?.holder.sessionId === sessionId && noteActivity(owner, kind, deps.clock.monotonic()))
        void idling.keepQuietly(owner);
    },
    askedFor(conversationId, epoch, age) {
      const owner = find(conversationId, epoch);
      if (owner !== undefined) askedFor(owner, age);
    },
    lengthened: (...lock) => renewal.lengthened(find(...lock)),
    async renewNow(...lock) {
      const owner = find(...lock);
      if (owner !== undefined) await renewal.renew(owner);
    },
    async keep(...lock) {
      const owner = find(...lock);
      if (owner === undefined) return await keepUnowned(deps, ...lock);
      owner.activeAt = deps.clock.monotonic();
      return await idling.keep(owner);
    },
    idleFor(...lock) {
      const owner = find(...lock);
      return owner && deps.clock.monotonic() - owner.activeAt;
    },
    count: () => owners.count(),
    close() {
      closed = true;
      for (const owner of owners.all()) forget(owner);
    },
  };
}

/** Lets the holder's next keystroke answer a question that was put `age` ms ago; one that came since then answers it now. */
function noticeAsk({ clock }: OwnerDeps, idling: Idling): (owner: Owner, age: number) => void {
  return (owner, age) => {
    owner.askedFor = true;
    if (clock.monotonic() - owner.typedAt < age) void idling.keepQuietly(owner);
  };
}

/** Takes notice of what the holder did; true when it answers a question. */
function noteActivity(owner: Owner, kind: 'reply' | 'note' | 'reading', now: number): boolean {
  if (kind === 'reading' && owner.lock.lockOn !== 'open') return false;
  owner.activeAt = now;
  if (kind !== 'reading') owner.typedAt = now;
  // Scrolling is no answer to a colleague: the holder may be on the way to "pass it on".
  return owner.asked || (owner.askedFor && kind !== 'reading');
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
    leaseFor: lock.leaseFor ?? lock.lockTtl,
    cancelRenew: nothing,
    cancelIdle: nothing,
  };
}
