import type { Leases } from '../cluster/leases.ts';
import type { Database } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { HeartSignals } from './api.ts';
import type { Holder } from './holder.ts';

export interface OwnerDeps {
  readonly db: Database;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
  readonly signals: HeartSignals;
}

/** An open lock of a session that is connected here. Times in ms, `idleFor`: since its last known activity. */
export interface Owned {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly epoch: number;
  readonly lockOn: 'open' | 'compose';
  readonly lockTtl: number;
  readonly idleAfter: number;
  readonly idleGrace: number;
  readonly idleFor: number;
  readonly asked: boolean;
  /** How long its lease was taken for the last time, where that was not `lockTtl`. */
  readonly leaseFor?: number;
}

/** What is known here of a lock whose holder is connected to this server. */
export interface Owner {
  readonly holder: Holder;
  readonly lock: Owned;
  /** Monotonic reading of the last activity, and of the last one that was written down. */
  activeAt: number;
  notedAt: number;
  asked: boolean;
  /** A colleague asks for the lock (L12): a keystroke answers "keep". */
  askedFor: boolean;
  /** Monotonic reading of the last keystroke. */
  typedAt: number;
  uncertain: boolean;
  /** What its lease was last known to be taken for: `lockTtl`, but for a new grant. */
  leaseFor: number;
  cancelRenew: () => void;
  cancelIdle: () => void;
}

/** Whether an owner is still the one of its conversation: a newer connection or a newer lock takes its place. */
export type IsCurrent = (owner: Owner) => boolean;
