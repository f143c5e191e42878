import { LatchboxError } from '@latchbox/shared/error-codes';
import type { LockEndReason } from '@latchbox/shared/lock-machine';
import type { Person } from '@latchbox/shared/model/agent';
import type { ServerTime } from '../connection/clock.ts';
import type { Fence, HeldLock, LockState } from '../conversation/lock-state.ts';

/** What a handle does, with the fence that it was given out for. */
export interface HeldParts {
  release(fence: number): Promise<void>;
  handOver(fence: number, to: string | null, note: string): ReturnType<HeldLock['handOver']>;
}

/** The handle given out for one fence. */
export class Held implements HeldLock {
  readonly fence: Fence;
  readonly #does: HeldParts;
  #abort: AbortController | undefined;
  #over: (() => LatchboxError) | undefined;

  constructor(fence: number, does: HeldParts) {
    this.fence = fence as Fence;
    this.#does = does;
  }

  // Made when somebody wants it: an error with its stack costs more than all the rest of a release.
  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#over) this.#abort.abort(this.#over());
    }
    return this.#abort.signal;
  }

  readonly release = (): Promise<void> => this.#does.release(this.fence);

  readonly handOver: HeldLock['handOver'] = (agentId, note = '') =>
    this.#does.handOver(this.fence, agentId, note);

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  end(reason: LockEndReason, holder?: Person): void {
    this.#over = () => new LatchboxError('lock_lost', { reason, holder, entries: [] });
    this.#abort?.abort(this.#over());
  }
}

/** Ends that the holder wanted, here or in another tab: nothing was lost. */
const WANTED: readonly LockEndReason[] = [
  'released',
  'declined',
  'left',
  'sent',
  'one_shot',
  'handed_over',
  'moved',
];

export const wasLost = (reason: LockEndReason): boolean => !WANTED.includes(reason);

/** Until when "are you still working?" can be answered, while it is open to this session. */
export function askedUntil(state: LockState): ServerTime | undefined {
  return state.status === 'mine' && state.idle.phase === 'asked' ? state.idle.deadline : undefined;
}
