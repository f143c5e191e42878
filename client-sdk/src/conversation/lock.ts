import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import { type LockEndReason, SEND_AFTER_END } from '@latchbox/shared/lock-machine';
import type { HeldLockView, LockView } from '@latchbox/shared/model/lock';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import type { Hub } from '../hub.ts';
import { Store } from '../lib/readable.ts';
import { type Abortable, waitFor } from '../lib/scope.ts';
import {
  type AcquireOptions,
  askedUntil,
  type ConversationLock,
  Held,
  type HeldLock,
  type LockState,
  wasLost,
} from './lock-state.ts';

interface Request {
  readonly name: 'lock.acquire' | 'lock.move';
  granted?: Promise<HeldLock>;
  readonly abort: AbortController;
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

  acquire(options?: AcquireOptions): Promise<HeldLock> {
    return this.#get('lock.acquire', options);
  }

  moveHere(options?: Abortable): Promise<HeldLock> {
    return this.#get('lock.move', options);
  }

  #get(name: Request['name'], { signal }: Abortable = {}): Promise<HeldLock> {
    if (this.#held) return Promise.resolve(this.#held);
    return waitFor<HeldLock>(this.#hub.core.scope, signal, (resolve, reject) => {
      const request = this.#request?.name === name ? this.#request : this.#ask(name);
      request.callers += 1;
      request.granted?.then(resolve, reject);
      return () => {
        request.callers -= 1;
        if (request.callers > 0 || this.#request !== request) return;
        this.#request = undefined;
        request.abort.abort(signal?.reason);
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
    const fence = this.held;
    if (fence === undefined || this.#staying) return;
    this.#staying = true;
    this.#hub.commands
      .about(this.#id, 'lock.stay', { fence })
      .then(() => {
        const view = this.#view;
        if (view?.status === 'held' && view.fence === fence)
          this.#view = { ...view, idle: { phase: 'active' } };
      })
      .catch(this.#failed('lock.stay'))
      .finally(() => {
        this.#staying = false;
        this.refresh();
      });
  }

  async release(fence: number | undefined = this.held): Promise<void> {
    if (fence === undefined || fence !== this.held) return;
    await this.#giveBack(fence, askedUntil(this.getSnapshot()) === undefined ? 'released' : 'declined');
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
    const own = this.#lastOwn;
    const end = this.#ended(own);
    const isOver = own === this.#givenUp || (end && SEND_AFTER_END[end] === 'lock_required');
    return this.held ?? (isOver ? undefined : own);
  }

  /** News of the lock. `ordered`: from the stream, so that it is newer than everything from there before it. */
  see(view: LockView, ordered: boolean): void {
    const seen = this.#view;
    if (seen && view.fence < seen.fence) return;
    if (seen && view.fence === seen.fence && !ordered && seen.status !== 'held') return;
    this.#view = view;
    this.refresh();
  }

  /** Told before the row that no longer holds it. */
  ended(fence: number, reason: LockEndReason): void {
    this.#end = { fence, reason };
  }

  /** Events were missed. What is known of our own lock stands until the greeting has been followed up. */
  forget(): void {
    if (!this.#held) this.#view = undefined;
    this.refresh();
  }

  /** The inbox is not to be seen any more. Why its locks end may not be told. */
  hidden(inboxId: string): void {
    if (this.#held && this.#hub.works?.row(this.#id)?.inboxId === inboxId)
      this.ended(this.#held.fence, 'access_lost');
  }

  setUncertain(fence: number, uncertain: boolean): void {
    if (this.held !== fence) return;
    this.#uncertain = uncertain;
    this.refresh();
  }

  /** Connected again, and everything is told. A lock that the session does not have is lost, said or not. */
  up(has: boolean): void {
    if (this.#held && !has) this.#view = { status: 'free', fence: this.#held.fence };
    this.refresh();
  }

  /** The composer is used: keeps what is asked for, takes what is free. */
  typed(kind: 'reply' | 'note'): void {
    if (askedUntil(this.getSnapshot()) !== undefined) this.stay();
    if (kind === 'reply') this.takeIfFree();
  }

  /** Acquires by itself where that can work. That somebody was faster is no error: the state says so. */
  takeIfFree(): void {
    const inbox = this.#hub.inboxSummary(this.#hub.works?.row(this.#id)?.inboxId);
    if (this.getSnapshot().status !== 'free' || this.#hub.line !== 'up') return;
    if (inbox && inbox.capability !== 'read') this.acquire().catch(this.#failed('lock.acquire'));
  }

  /** Says what is so now, and hands over what changed: a new handle, or the end of one. */
  refresh(): void {
    const view = this.#view;
    const held = view?.status === 'held' && view.fence !== this.#givenUp ? view : undefined;
    const mine = held && held.sessionId === this.#hub.greeting?.session.id ? held : undefined;
    if (this.#held && this.held !== mine?.fence) this.#drop(this.#held);
    if (mine && !this.#held) {
      this.#held = new Held(mine.fence, (fence) => this.release(fence));
      this.#lastOwn = mine.fence;
      this.#uncertain = false;
      this.#lost = undefined;
    }
    const before = this.getSnapshot();
    const next = this.#derive(held, mine);
    const deadline = askedUntil(next);
    const conversationId = this.#id;
    this.put(next);
    if (deadline !== undefined && askedUntil(before) === undefined)
      this.#hub.emit('idle.asked', { conversationId, deadline });
    if (next.status === 'lost' && before.status !== 'lost')
      this.#hub.emit('lock.lost', { conversationId, reason: next.reason, now: next.now });
  }

  /** `held`: by whomever, as far as is known. `mine`: the same, when it is this session that holds it. */
  #derive(held: HeldLockView | undefined, mine: HeldLockView | undefined): LockState {
    const { line, greeting } = this.#hub;
    const view = this.#view;
    const stale = line !== 'up';
    const slow = line === 'slow';
    if (mine && this.#held) {
      const uncertain = this.#uncertain || slow;
      return { status: 'mine', lock: this.#held, since: mine.since, idle: mine.idle, uncertain, stale };
    }
    if (this.#request && !held) return { status: 'requesting', stale };
    if (this.#lost) {
      return { status: 'lost', reason: this.#lost, now: held ? { holder: held.holder } : 'free', stale };
    }
    if (slow || !view) return { status: 'unknown', stale };
    if (view.status === 'reserved') return { status: view.status, for: view.for, until: view.until, stale };
    if (!held) return { status: 'free', stale };
    const { since, idle, device, holder, goneDeadline } = held;
    return holder.id === greeting?.me.id
      ? { status: 'mine-elsewhere', since, device, idle, stale }
      : { status: 'theirs', since, holder, idle, goneUntil: goneDeadline, stale };
  }

  /** The handle is over: given back, ended by the server, or overtaken. */
  #drop(held: Held): void {
    const view = this.#view;
    const reason = this.#ended(held.fence) ?? (this.#givenUp === held.fence ? 'released' : 'disconnected');
    this.#held = undefined;
    if (wasLost(reason)) this.#lost = reason;
    held.end(reason, view?.status === 'held' ? view.holder : undefined);
  }

  #ended(fence: number): LockEndReason | undefined {
    return this.#end?.fence === fence ? this.#end.reason : undefined;
  }

  #ask(name: Request['name']): Request {
    const request: Request = (this.#request = { name, abort: new AbortController(), callers: 0 });
    request.granted = this.#grant(request);
    this.refresh();
    return request;
  }

  async #grant(request: Request): Promise<HeldLock> {
    const { commands, core } = this.#hub;
    const { signal } = request.abort;
    const done = (): void => {
      if (this.#request === request) this.#request = undefined;
    };
    try {
      const { fence, lock } = await commands.about(
        this.#id,
        request.name,
        { requestId: core.newId() },
        {
          signal,
          // Given up by its caller, granted all the same: nobody would ever give it back.
          late: (result) => {
            if (!signal.aborted) return;
            this.#giveBack((result as UpResult<'lock.acquire'>).fence, 'released').catch(
              this.#failed('lock.release'),
            );
          },
        },
      );
      this.#lost = undefined;
      done();
      this.see(lock, false);
      if (this.#held?.fence === fence) return this.#held;
      throw new LatchboxError('lock_lost', { reason: this.#ended(fence) ?? 'overtaken', entries: [] });
    } finally {
      done();
      this.refresh();
    }
  }

  async #giveBack(fence: number, reason: 'released' | 'declined'): Promise<void> {
    this.#givenUp = fence;
    this.refresh();
    try {
      await this.#hub.commands.about(this.#id, 'lock.release', { fence, reason });
    } catch (error) {
      if (LatchboxError.is(error, 'not_found', 'forbidden', 'closed')) return;
      // Not given back after all, as far as is known: the view decides again.
      if (this.#givenUp === fence) this.#givenUp = 0;
      this.refresh();
      throw error;
    }
  }

  #failed(during: string): (error: AnyLatchboxError) => void {
    return (error) => {
      // That somebody else has it, and that nobody waits any more, the state says.
      if (/^(lock_|closed|aborted)/.test(error.code)) return;
      this.#hub.emit('error', { during, conversationId: this.#id, error });
    };
  }
}
