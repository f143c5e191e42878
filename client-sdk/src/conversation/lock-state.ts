import type { LockEndReason } from '@latchbox/shared/lock-machine';
import type { Person } from '@latchbox/shared/model/agent';
import type { IdleState } from '@latchbox/shared/model/lock';
import type { ServerTime } from '../connection/clock.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Readable } from '../lib/readable.ts';
import { LatchboxError } from '@latchbox/shared/error-codes';

declare const fence: unique symbol;
/** The number of a lock, always growing. Opaque: users carry it, never make it. */
export type Fence = number & { readonly [fence]: true };

/** The right to reply in a conversation, while `signal` is not aborted. */
export interface HeldLock extends AsyncDisposable {
  readonly fence: Fence;
  /** Aborts with `lock_lost` the moment it is not mine any more: hand it to whatever works under the lock. */
  readonly signal: AbortSignal;
  /** Gives it back. No-op when it is not mine any more. */
  release(): Promise<void>;
}

/**
 * What is known of a conversation's lock, seen from this session. `stale`: the connection is gone, this is the last word.
 * `lost` stays until it is dismissed or the lock is taken again.
 */
export type LockState = { readonly stale: boolean } & (
  | { readonly status: 'unknown' | 'free' | 'requesting' }
  | {
      readonly status: 'mine';
      readonly lock: HeldLock;
      readonly since: ServerTime;
      readonly idle: IdleState;
      /** It could not be renewed, or the connection is gone for long. Sending still works: the fence decides. */
      readonly uncertain: boolean;
    }
  | {
      readonly status: 'mine-elsewhere';
      readonly since: ServerTime;
      readonly device: string;
      readonly idle: IdleState;
    }
  | {
      readonly status: 'theirs';
      readonly since: ServerTime;
      readonly holder: Person;
      readonly idle: IdleState;
      /** Set while the holder's connection is gone: until when the lock is kept for them. */
      readonly goneUntil: ServerTime | null;
    }
  | { readonly status: 'reserved'; readonly for: Person; readonly until: ServerTime }
  | {
      readonly status: 'lost';
      readonly reason: LockEndReason;
      readonly now: 'free' | { readonly holder: Person };
    }
);

export interface AcquireOptions extends Abortable {
  /** What to do when somebody else holds it: `fail` rejects with `lock_held`. */
  readonly whenHeld?: 'fail';
}

export interface ConversationLock extends Readable<LockState> {
  /**
   * Resolves once granted; at once when it is mine already. Rejects with `lock_held`, `lock_elsewhere`, `forbidden`,
   * `limit`, `coordination_unavailable`, `not_found`, `offline`, `timeout`, `aborted`.
   */
  acquire(options?: AcquireOptions): Promise<HeldLock>;
  /**
   * Takes it over from another tab or device of the same agent, who loses it as `moved`. Resolves at once when it is mine here
   * already. Rejects with `lock_required` when nobody holds it, with `lock_held` when somebody else does.
   */
  moveHere(options?: Abortable): Promise<HeldLock>;
  /** Acquires, works, releases, whatever happens. */
  run<R>(work: (lock: HeldLock) => Promise<R>, options?: AcquireOptions): Promise<R>;
  /** "Yes, still working." Acknowledged by the server, and repeated when the connection is lost meanwhile. */
  stay(): void;
  /** Gives it back; during "are you still working?" this is the "no". No-op when not mine. */
  release(): Promise<void>;
  /** Forgets `lost`. */
  dismiss(): void;
}

/** The handle given out for one fence. */
export class Held implements HeldLock {
  readonly fence: Fence;
  readonly #release: (fence: number) => Promise<void>;
  #abort: AbortController | undefined;
  #over: (() => LatchboxError) | undefined;

  constructor(fence: number, release: (fence: number) => Promise<void>) {
    this.fence = fence as Fence;
    this.#release = release;
  }

  // Made when somebody wants it: an error with its stack costs more than all the rest of a release.
  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#over) this.#abort.abort(this.#over());
    }
    return this.#abort.signal;
  }

  readonly release = (): Promise<void> => this.#release(this.fence);

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  end(reason: LockEndReason, holder?: Person): void {
    this.#over = () => new LatchboxError('lock_lost', { reason, holder, entries: [] });
    this.#abort?.abort(this.#over());
  }
}

/** Ends that the holder wanted, or brought about by this very session: nothing was lost. */
const WANTED: readonly LockEndReason[] = ['released', 'declined', 'left', 'sent', 'one_shot'];

export const wasLost = (reason: LockEndReason): boolean => !WANTED.includes(reason);

/** Until when "are you still working?" can be answered, while it is open to this session. */
export function askedUntil(state: LockState): ServerTime | undefined {
  return state.status === 'mine' && state.idle.phase === 'asked' ? state.idle.deadline : undefined;
}
