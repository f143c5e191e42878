import { includesCapability } from './capability.ts';
import { LatchboxError } from '@latchbox/shared/error-codes';
import { type LockEndReason, SEND_AFTER_END } from '@latchbox/shared/lock-machine';
import type { LockView } from '@latchbox/shared/model/lock';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import type { Hub } from '../hub.ts';
import { Store } from '../lib/readable.ts';
import { waitFor } from '../lib/scope.ts';
import {
  type AcquireOptions,
  type ConversationLock,
  Held,
  type HeldLock,
  type LockState,
  othersView,
  wasLost,
} from './lock-state.ts';

interface Request {
  granted?: Promise<HeldLock>;
  readonly abort: AbortController | undefined;
  callers: number;
}

/**
 * One conversation's lock as this session sees it. Fed by list rows and events (in the order of their stream), by answers
 * and by greetings; whatever carries a lower fence than the highest one seen is old news (R13).
 */
export class Lock extends Store<LockState> implements ConversationLock {
  readonly #hub: Hub;
  readonly #id: string;
  #view: LockView | undefined;
  #held: Held | undefined;
  #request: Request | undefined;
  #lost: LockEndReason | undefined;
  /** Why a fence ended, where that was told. */
  #end: { readonly fence: number; readonly reason: LockEndReason } | undefined;
  /** The newest fence that this session held, for a send that comes too late. */
  #lastOwn = 0;
  /** Given back by us: a view that still shows it as held is old news. */
  #givenUp = 0;
  #uncertain = false;
  #staying = false;

  constructor(hub: Hub, id: string, view: LockView | undefined) {
    super(hub.core.scope, { status: 'unknown', stale: false });
    this.#hub = hub;
    this.#id = id;
    this.#view = view;
    hub.core.scope.onEnd(() => {
      this.#held?.end('left');
      this.#held = this.#view = undefined;
    });
    this.refresh();
  }

  acquire(options: AcquireOptions = {}): Promise<HeldLock> {
    if (this.#held !== undefined) return Promise.resolve(this.#held);
    const request = (this.#request ??= this.#ask(options.signal !== undefined));
    request.callers += 1;
    return waitFor<HeldLock>(this.#hub.core.scope, options.signal, (resolve, reject) => {
      request.granted?.then(resolve, reject);
      return () => {
        request.callers -= 1;
        if (request.callers > 0 || this.#request !== request) return;
        this.#request = undefined;
        request.abort?.abort(options.signal?.reason);
        this.refresh();
      };
    });
  }

  async run<R>(work: (lock: HeldLock) => Promise<R>, options?: AcquireOptions): Promise<R> {
    const lock = await this.acquire(options);
    try {
      return await work(lock);
    } finally {
      await lock.release();
    }
  }

  stay(): void {
    const fence = this.#held?.fence;
    if (fence === undefined || this.#staying) return;
    this.#staying = true;
    const over = (): void => {
      this.#staying = false;
      this.refresh();
    };
    this.#hub.commands.call('lock.stay', { conversationId: this.#id, fence }).then(
      () => {
        const view = this.#view;
        if (view?.status === 'held' && view.fence === fence)
          this.#view = { ...view, idle: { phase: 'active' } };
        over();
      },
      (error: unknown) => {
        this.#failed('lock.stay', error);
        over();
      },
    );
  }

  release(fence?: number): Promise<void> {
    const held = this.#held;
    if (held === undefined || (fence !== undefined && fence !== held.fence)) return Promise.resolve();
    const view = this.#view;
    const asked = view?.status === 'held' && view.idle.phase === 'asked';
    return this.#giveBack(held.fence, asked ? 'declined' : 'released');
  }

  dismiss(): void {
    this.#lost = undefined;
    this.refresh();
  }

  /** The fence of the lock that is held now. */
  get held(): number | undefined {
    return this.#held?.fence;
  }

  /** The fence to send under: the one held, else the last one that was, as long as a send under it may go through. */
  get fence(): number | undefined {
    if (this.#held !== undefined) return this.#held.fence;
    if (this.#lastOwn === 0 || this.#lastOwn === this.#givenUp) return undefined;
    const end = this.#end?.fence === this.#lastOwn ? SEND_AFTER_END[this.#end.reason] : undefined;
    return end === 'lock_required' ? undefined : this.#lastOwn;
  }

  /** News of the lock. `ordered`: from the stream, so that it is newer than everything from there before it. */
  see(view: LockView, ordered: boolean): void {
    const seen = this.#view;
    if (seen !== undefined) {
      if (view.fence < seen.fence) return;
      if (view.fence === seen.fence && !ordered && seen.status !== 'held') return;
    }
    this.#view = view;
    this.refresh();
  }

  /** Told before the row that no longer holds it. */
  ended(fence: number, reason: LockEndReason): void {
    this.#end = { fence, reason };
  }

  /** Events were missed. What is known of our own lock stands until the greeting has been followed up. */
  forget(): void {
    if (this.#held === undefined) this.#view = undefined;
    this.refresh();
  }

  /** The inbox is not to be seen any more. Why its locks end may not be told. */
  hidden(inboxId: string): void {
    if (this.#hub.rows.get(this.#id)?.inboxId === inboxId && this.#held !== undefined) {
      this.ended(this.#held.fence, 'access_lost');
    }
  }

  setUncertain(fence: number, uncertain: boolean): void {
    if (this.#held?.fence !== fence) return;
    this.#uncertain = uncertain;
    this.refresh();
  }

  /** Connected again, and everything is told. A lock that the session does not have is lost, said or not. */
  up(has: boolean): void {
    if (this.#held !== undefined && !has) this.#view = { status: 'free', fence: this.#held.fence };
    this.refresh();
  }

  /** The composer is used: keeps what is asked for, takes what is free. */
  typed(kind: 'reply' | 'note'): void {
    const state = this.getSnapshot();
    if (state.status === 'mine' && state.idle.phase === 'asked') this.stay();
    if (kind === 'reply') this.takeIfFree();
  }

  /** Acquires by itself where that can work. That somebody was faster is no error: the state says so. */
  takeIfFree(): void {
    const row = this.#hub.rows.get(this.#id);
    const inbox = row === undefined ? undefined : this.#hub.inboxSummary(row.inboxId);
    if (this.getSnapshot().status !== 'free' || !this.#hub.isUp()) return;
    if (inbox === undefined || !includesCapability(inbox.capability, 'reply')) return;
    this.acquire().catch((error: unknown) => this.#failed('lock.acquire', error));
  }

  /** Says what is so now, and hands over what changed: a new handle, or the end of one. */
  refresh(): void {
    const view = this.#view;
    const mine =
      view?.status === 'held' && view.sessionId === this.#hub.sessionId() && view.fence !== this.#givenUp
        ? view
        : undefined;
    if (this.#held !== undefined && this.#held.fence !== mine?.fence) this.#drop(this.#held);
    if (mine !== undefined && this.#held === undefined) {
      this.#held = new Held(mine.fence, (fence) => this.release(fence));
      this.#lastOwn = mine.fence;
      this.#uncertain = false;
      this.#lost = undefined;
    }
    const before = this.getSnapshot();
    const next = this.#derive(mine);
    this.put(next);
    if (next.status === 'mine' && next.idle.phase === 'asked') {
      if (before.status === 'mine' && before.idle.phase === 'asked') return;
      this.#hub.emit('idle.asked', { conversationId: this.#id, deadline: next.idle.deadline });
    }
    if (next.status === 'lost' && before.status !== 'lost') {
      this.#hub.emit('lock.lost', { conversationId: this.#id, reason: next.reason, now: next.now });
    }
  }

  #derive(mine: Extract<LockView, { status: 'held' }> | undefined): LockState {
    const line = this.#hub.line();
    const stale = line !== 'up';
    const slow = line === 'slow';
    if (mine !== undefined && this.#held !== undefined) {
      const uncertain = this.#uncertain || slow;
      return { status: 'mine', lock: this.#held, since: mine.since, idle: mine.idle, uncertain, stale };
    }
    const view = this.#view;
    const others: LockState =
      view?.status === 'held' && view.fence === this.#givenUp
        ? { status: 'free', stale: false }
        : othersView(view, this.#hub.agent()?.id);
    if (this.#request !== undefined && others.status !== 'theirs' && others.status !== 'mine-elsewhere') {
      return { status: 'requesting', stale };
    }
    if (this.#lost !== undefined) {
      const now = view?.status === 'held' && others.status !== 'free' ? { holder: view.holder } : 'free';
      return { status: 'lost', reason: this.#lost, now, stale };
    }
    return slow ? { status: 'unknown', stale } : { ...others, stale };
  }

  /** The handle is over: given back, ended by the server, or overtaken. */
  #drop(held: Held): void {
    const view = this.#view;
    const told = this.#end?.fence === held.fence ? this.#end.reason : undefined;
    const reason = told ?? (this.#givenUp === held.fence ? 'released' : 'disconnected');
    this.#held = undefined;
    if (wasLost(reason)) this.#lost = reason;
    held.end(reason, view?.status === 'held' ? view.holder : undefined);
  }

  #ask(mayGiveUp: boolean): Request {
    const request: Request = { abort: mayGiveUp ? new AbortController() : undefined, callers: 0 };
    this.#request = request;
    request.granted = this.#grant(request);
    this.refresh();
    return request;
  }

  async #grant(request: Request): Promise<HeldLock> {
    const { commands, core } = this.#hub;
    const signal = request.abort?.signal;
    const done = (): void => {
      if (this.#request === request) this.#request = undefined;
    };
    try {
      const { fence, lock } = await commands.call(
        'lock.acquire',
        { conversationId: this.#id, requestId: core.newId() },
        {
          signal,
          late: (result) => {
            // Given up by its caller, granted all the same: nobody would ever give it back.
            if (signal?.aborted !== true) return;
            const { fence: unwanted } = result as UpResult<'lock.acquire'>;
            this.#giveBack(unwanted, 'released').catch((error: unknown) =>
              this.#failed('lock.release', error),
            );
          },
        },
      );
      this.#lost = undefined;
      done();
      this.see(lock, false);
      if (this.#held?.fence === fence) return this.#held;
      const reason = this.#end?.fence === fence ? this.#end.reason : 'overtaken';
      throw new LatchboxError('lock_lost', { reason, entries: [] });
    } finally {
      done();
      this.refresh();
    }
  }

  async #giveBack(fence: number, reason: 'released' | 'declined'): Promise<void> {
    this.#givenUp = fence;
    this.refresh();
    try {
      await this.#hub.commands.call('lock.release', { conversationId: this.#id, fence, reason });
    } catch (error) {
      if (LatchboxError.is(error, 'not_found', 'forbidden', 'closed')) return;
      // Not given back after all, as far as is known: the view decides again.
      if (this.#givenUp === fence) this.#givenUp = 0;
      this.refresh();
      throw error;
    }
  }

  #failed(during: string, error: unknown): void {
    if (!LatchboxError.is(error)) throw error;
    if (
      LatchboxError.is(
        error,
        'lock_held',
        'lock_elsewhere',
        'lock_lost',
        'lock_required',
        'closed',
        'aborted',
      )
    )
      return;
    this.#hub.emit('error', { during, conversationId: this.#id, error: error as never });
  }
}
