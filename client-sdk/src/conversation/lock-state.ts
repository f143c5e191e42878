import type { LockEndReason } from '@latchbox/shared/lock-machine';
import type { Person } from '@latchbox/shared/model/agent';
import type { HandOverOffer, IdleState, LockAsk } from '@latchbox/shared/model/lock';
import type { HandedOver } from '@latchbox/shared/realtime/up/lock-hand-over';
import type { ServerTime } from '../connection/clock.ts';
import type { Abortable, Unsubscribe } from '../lib/scope.ts';
import type { Readable } from '../lib/readable.ts';

declare const fence: unique symbol;
/** The number of a lock, always growing. Opaque: users carry it, never make it. */
export type Fence = number & { readonly [fence]: true };

/** The right to reply in a conversation, while `signal` is not aborted. */
export interface HeldLock extends AsyncDisposable {
  readonly fence: Fence;
  /** Aborts with `lock_lost` the moment it is not mine any more: hand it to whatever works under the lock. */
  readonly signal: AbortSignal;
  /**
   * Passes lock and reply draft to a colleague; what is unsaved of the draft is saved first. `passed`: done, and nobody could come
   * between. `offered`: they are not there (or would lose another conversation by it) and may take it until `until`; it stays mine until
   * then. `null` withdraws such an offer. Rejects with `not_found` (may not reply here), `conflict` (oneself), `lock_lost`,
   * `server_too_old`, `offline`, `timeout`.
   */
  handOver(agentId: string | null, note?: string): Promise<HandedOver>;
  /** Gives it back. No-op when it is not mine any more. */
  release(): Promise<void>;
}

/**
 * What is known of a conversation's lock, seen from this session. `stale`: the connection is gone, this is the last word.
 * `lost` stays until it is dismissed or the lock is taken again.
 */
export type LockState = {
  readonly stale: boolean;
  /** Who waits for it, first come first; without the one it is offered to. */
  readonly queue: readonly Person[];
  /** This agent's place in `queue`, counted from 1; null: not waiting. */
  readonly place: number | null;
} & (
  | { readonly status: 'unknown' | 'free' | 'requesting' }
  | {
      readonly status: 'mine';
      readonly lock: HeldLock;
      readonly since: ServerTime;
      readonly idle: IdleState;
      /** It could not be renewed, or the connection is gone for long. Sending still works: the fence decides. */
      readonly uncertain: boolean;
      /** Colleagues who ask for it, the oldest first: `answer(ask.id, …)`. Who has not answered by `deadline` loses it to the first. */
      readonly asks: readonly LockAsk[];
      /** Offered to a colleague who is not there; mine until they take it. */
      readonly handOver: HandOverOffer | null;
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
      /** My own open question to the holder, and until when they may answer. */
      readonly asked: { readonly deadline: ServerTime } | null;
      /** This agent may take it away from the holder. */
      readonly mayTakeOver: boolean;
      /** The holder passes it on to somebody else who is not there. */
      readonly handOver: HandOverOffer | null;
    }
  /** Free, and offered to a colleague who waited for it. `mayTakeOver`: this agent may take it all the same. */
  | {
      readonly status: 'reserved';
      readonly for: Person;
      readonly until: ServerTime;
      readonly mayTakeOver: boolean;
    }
  /** Mine to take until then. `from`: the colleague who hands it over; null: it is my turn in the waiting line. */
  | {
      readonly status: 'offered';
      readonly until: ServerTime;
      readonly from: Person | null;
      readonly note: string;
    }
  | {
      readonly status: 'lost';
      readonly reason: LockEndReason;
      readonly now: 'free' | { readonly holder: Person };
      /** While it is `free`: the colleague it is offered to, so that nobody else gets it now. */
      readonly offeredTo: Person | null;
      /** Who ended it, where that was a colleague (`taken_over`), and what they said along with it. */
      readonly by: Person | null;
      readonly note: string;
    }
);

/** An answer to a colleague who asks. */
export type LockAnswer = 'pass' | 'keep';

export interface AcquireOptions extends Abortable {
  /**
   * What to do when somebody else holds it, or it is offered to somebody else. `fail` (default) rejects with `lock_held`. `queue` waits
   * in line and takes it when it is this agent's turn, over reconnects too: give it a signal. Rejects with `lock_held` once the place is
   * given up elsewhere. `steal` takes it over where the inbox allows that, else rejects with `forbidden`.
   */
  readonly whenHeld?: 'fail' | 'queue' | 'steal';
  /** For `steal`: what the holder is told. */
  readonly note?: string;
}

export interface ConversationLock extends Readable<LockState> {
  /**
   * Resolves once granted; at once when it is mine already. Rejects with `lock_held`, `lock_elsewhere`, `forbidden`,
   * `limit`, `coordination_unavailable`, `not_found`, `offline`, `timeout`, `aborted`.
   */
  acquire(options?: AcquireOptions): Promise<HeldLock>;
  /**
   * Takes it over from another tab or device of the same agent, where it becomes `mine-elsewhere`. Resolves at once when it is mine here
   * already. Rejects with `lock_required` when nobody holds it, with `lock_held` when somebody else does.
   */
  moveHere(options?: Abortable): Promise<HeldLock>;
  /** Acquires, works, releases, whatever happens. */
  run<R>(work: (lock: HeldLock) => Promise<R>, options?: AcquireOptions): Promise<R>;
  /**
   * "Tell me when it is free": a place in the waiting line, whether the conversation is open here or not. When it is this agent's turn
   * the state is `offered`, and the event `lock.offered` says so. Joining again keeps the place. What it answers gives the place up
   * again, when everybody here who joined has. A refusal is told by the event `error`.
   */
  join(): Unsubscribe;
  /** Gives up the place in line, declines what is offered to me, and takes back what I asked the holder for: in every tab. */
  leaveLine(): Promise<void>;
  /**
   * Takes what is offered to me: my turn in line, or a hand-over, whose draft comes along. Rejects with `lock_held` or `lock_required`
   * when the offer is over, with `conflict` when another tab of mine was quicker.
   */
  acceptOffer(options?: Abortable): Promise<HeldLock>;
  /**
   * Asks the holder to pass it on, and resolves when this session has it: passed on with the draft, or because the holder did nothing
   * until the deadline, or because it came free meanwhile. Rejects with `lock_held` when they keep it (typing on does) or somebody else
   * gets it, `lock_required` when nobody holds it, `not_found` when the inbox is not to be seen any more, `lock_elsewhere`, `forbidden`,
   * `server_too_old`, `timeout`, `aborted`. Giving up by the signal takes the question back.
   */
  ask(note?: string, options?: Abortable): Promise<HeldLock>;
  /**
   * Answers a colleague who asks. `pass`: lock and draft are theirs. `keep`: the question is withdrawn. Rejects with `conflict` when the
   * question is over or the colleague has gone, with `lock_lost`, `lock_required`, `server_too_old`, `offline`, `timeout`.
   */
  answer(askId: string, answer: LockAnswer): Promise<void>;
  /**
   * Takes it away from its holder, who is told by whom and keeps the draft (L13). Rejects with `forbidden` where the inbox does not allow
   * it, `lock_required` when nobody holds it: acquire it. From another tab of mine it is moved.
   */
  takeOver(note?: string, options?: Abortable): Promise<HeldLock>;
  /** "Yes, still working." Acknowledged by the server, and repeated when the connection is lost meanwhile. */
  stay(): void;
  /** Gives it back; during "are you still working?" this is the "no". No-op when not mine. */
  release(): Promise<void>;
  /** Forgets `lost`. */
  dismiss(): void;
}
