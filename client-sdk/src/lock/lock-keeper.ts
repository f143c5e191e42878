import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import { SEND_AFTER_END } from '@latchbox/shared/lock-machine';
import type { LockLine, LockView } from '@latchbox/shared/model/lock';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { AboutName, CallOptions } from '../connection/commands.ts';
import type { AcquireOptions, HeldLock, LockAnswer, LockState } from '../conversation/lock-state.ts';
import type { Room } from '../conversation/room.ts';
import { type Abortable, waitFor } from '../lib/scope.ts';
import type { Grant, LockKeeping } from '../works.ts';
import { derive, type Ending, offerTo } from './derive.ts';
import { askedUntil, Held, type HeldParts, wasLost } from './held.ts';
import { Asking } from './asking.ts';
import { News } from './news.ts';
import type { LockParts } from './parts.ts';
import { steal } from './steal.ts';
import { Waiting } from './waiting.ts';
import { Watch } from './watch.ts';

interface Request {
  readonly name: Grant;
  granted?: Promise<HeldLock>;
  readonly abort: AbortController;
  callers: number;
}

/**
 * One conversation's lock as this session sees it. Fed by list rows and events (in the order of their stream), by answers
 * and by greetings; whatever carries a lower fence than the highest one seen is old news (R13).
 */
export class LockKeeper implements LockKeeping, LockParts, HeldParts {
  readonly room: Room;
  view: LockView | undefined;
  line: LockLine | undefined;
  readonly #waiting: Waiting;
  readonly #asking: Asking;
  readonly #watch: Watch;
  readonly #news: News;
  #held: Held | undefined;
  #request: Request | undefined;
  #lost: Ending | undefined;
  /** Why a fence ended, where that was told. */
  #end: (Ending & { readonly fence: number }) | undefined;
  /** The newest fence that this session held, for a send that comes too late. */
  #lastOwn = 0;
  /** Given back by us: a view that still shows it as held is old news. */
  #givenUp = 0;
  #uncertain = false;
  #staying = false;
  /** Until when coming back here is an answer to a lock that went elsewhere because this was left for a moment. */
  #backUntil = 0;

  constructor(room: Room, view: LockView | undefined, line: LockLine | undefined) {
    this.room = room;
    this.view = view;
    this.line = line;
    this.#watch = new Watch(room.hub);
    this.#news = new News(room.hub, room.id);
    this.#waiting = new Waiting(this);
    this.#asking = new Asking(this);
    room.hub.core.scope.onEnd(() => {
      this.#held?.end('left');
      this.#held = this.view = undefined;
    });
    this.refresh();
  }

  acquire({ whenHeld, note, ...options }: AcquireOptions = {}): Promise<HeldLock> {
    if (whenHeld === 'queue') return this.#waiting.acquire(options);
    return whenHeld === 'steal' ? steal(this, note, options) : this.get('lock.acquire', options);
  }

  get(name: Grant, { signal }: Abortable = {}, note = ''): Promise<HeldLock> {
    if (this.#held) return Promise.resolve(this.#held);
    return waitFor<HeldLock>(this.room.hub.core.scope, signal, (resolve, reject) => {
      const request = this.#request?.name === name ? this.#request : this.#begin(name, note);
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

  async ask(note = '', options?: Abortable): Promise<HeldLock> {
    return this.#held ?? (await this.#asking.ask(note, options));
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.#waiting.wait(signal);
  }

  async leaveLine(): Promise<void> {
    await this.say('lock.leaveLine', {});
  }

  takeBack(): void {
    this.#waiting.keep(() => this.leaveLine()).catch(() => {});
  }

  async answer(askId: string, decision: LockAnswer): Promise<void> {
    const fence = this.held;
    await this.#passing(fence, decision === 'pass', () => this.say('lock.answer', { askId, decision }));
  }

  async handOver(fence: number, to: string | null, note: string): ReturnType<HeldLock['handOver']> {
    const said = await this.#passing(fence, to !== null, () =>
      this.say('lock.handOver', { fence, to, note }),
    );
    return said ?? { state: 'passed' };
  }

  stay(): void {
    const fence = this.held;
    if (fence === undefined || this.#staying) return;
    this.#staying = true;
    this.say('lock.stay', { fence })
      .then(() => {
        const { view, line } = this;
        if (view?.status !== 'held' || view.fence !== fence) return;
        this.view = { ...view, idle: { phase: 'active' } };
        // Who stays keeps it: that is the answer to whoever asks.
        this.line = line && { ...line, asks: [] };
      })
      .catch(this.#failed('lock.stay'))
      .finally(() => {
        this.#staying = false;
        this.refresh();
      });
  }

  async release(fence: number | undefined = this.held): Promise<void> {
    if (fence === undefined || fence !== this.held) return;
    await this.#giveBack(fence, askedUntil(this.shown) === undefined ? 'released' : 'declined');
  }

  dismiss(): void {
    this.#lost = undefined;
    this.refresh();
  }

  get shown(): LockState {
    return this.room.lock.getSnapshot();
  }

  get handle(): HeldLock | undefined {
    return this.#held;
  }

  get held(): number | undefined {
    return this.#held?.fence;
  }

  get fence(): number | undefined {
    const own = this.#lastOwn;
    const end = this.#ended(own)?.reason;
    const isOver = own === this.#givenUp || (end && SEND_AFTER_END[end] === 'lock_required');
    return this.held ?? (isOver ? undefined : own);
  }

  get isOffered(): boolean {
    return offerTo(this.room.hub.greeting?.me.id, this.view, this.line) !== undefined;
  }

  /** News of the lock. `ordered`: from the stream, so that it is newer than everything from there before it. */
  see(view: LockView, ordered: boolean): void {
    const seen = this.view;
    if (seen && view.fence < seen.fence) return;
    if (seen && view.fence === seen.fence && !ordered && seen.status !== 'held') return;
    // Whoever asked, asked the holder of the fence before.
    if (seen && view.fence > seen.fence) this.line = this.line && { ...this.line, asks: [], handOver: null };
    this.view = view;
    this.refresh();
  }

  /** The newest row of the conversation. */
  seeRow({ lock, line }: { readonly lock: LockView; readonly line?: LockLine | undefined }): void {
    if (this.view && lock.fence < this.view.fence) return;
    this.view = lock;
    this.line = line;
    this.refresh();
  }

  /** Told before the row that no longer holds it. */
  ended(fence: number, end: Ending): void {
    this.#end = { ...end, fence };
  }

  /** Events were missed. What is known of our own lock stands until the greeting has been followed up. */
  forget(): void {
    if (!this.#held) this.view = undefined;
    this.line = undefined;
    this.#asking.forget();
    this.refresh();
  }

  /** The inbox is not to be seen any more. Why its locks end may not be told. */
  hidden(inboxId: string): void {
    const { hub, id } = this.room;
    if (this.#held && hub.works?.row(id)?.inboxId === inboxId)
      this.ended(this.#held.fence, { reason: 'access_lost', by: null, note: '' });
  }

  setUncertain(fence: number, uncertain: boolean): void {
    if (this.held !== fence) return;
    this.#uncertain = uncertain;
    this.refresh();
  }

  /** Connected again, and everything is told. A lock that the session does not have is lost, said or not. */
  up(has: boolean): void {
    if (this.#held && !has) this.view = { status: 'free', fence: this.#held.fence };
    this.#waiting.up();
    this.#asking.up();
    this.refresh();
  }

  /** Somebody opened the conversation. `again`: it had been left so shortly before that nobody was told. */
  opened(again: boolean): void {
    // How the lock was lost the last time is no news any more, who has it now is. A page that is put together anew is no opening.
    if (!again) this.dismiss();
    else if (this.#held)
      this.#backUntil = this.room.hub.core.runtime.now() + this.room.hub.core.timings.ackTimeout;
  }

  typed(kind: 'reply' | 'note'): void {
    const state = this.shown;
    if (state.status === 'mine' && (state.idle.phase === 'asked' || state.asks.length > 0)) this.stay();
    if (kind === 'reply') this.takeIfFree();
  }

  /** Acquires by itself where that can work. That somebody was faster is no error: the state says so. */
  takeIfFree(): void {
    const inbox = this.#inbox();
    if (this.shown.status !== 'free' || this.room.hub.line !== 'up') return;
    if (inbox && inbox.capability !== 'read') this.acquire().catch(this.#failed('lock.acquire'));
  }

  /** Says what is so now, and hands over what changed: a new handle, or the end of one. */
  refresh(): void {
    const { hub, lock: shown } = this.room;
    const { view, line } = this;
    const held = view?.status === 'held' && view.fence !== this.#givenUp ? view : undefined;
    const mine = held && held.sessionId === hub.greeting?.session.id ? held : undefined;
    const takeBack = this.#held && this.held !== mine?.fence && this.#drop(this.#held);
    if (mine && !this.#held) {
      this.#held = new Held(mine.fence, this);
      this.#lastOwn = mine.fence;
      this.#uncertain = false;
      this.#lost = undefined;
    }
    const before = this.shown;
    const next = derive(hub, this.#inbox(), {
      view,
      line,
      held,
      mine,
      handle: this.#held,
      uncertain: this.#uncertain,
      isRequested: this.#request !== undefined,
      lost: this.#lost,
    });
    shown.put(next);
    this.#news.tell(before, next);
    this.#waiting.look();
    this.#asking.look();
    this.#watch.look();
    if (takeBack) this.takeIfFree();
  }

  until<T>(check: () => T | undefined, options?: Abortable, ms?: number): Promise<T> {
    return this.#watch.until(check, options, ms);
  }

  /** A command about this conversation. A server that does not know it is too old. */
  async say<N extends AboutName>(
    name: N,
    input: Omit<UpInput<N>, 'conversationId'>,
    options?: CallOptions,
  ): Promise<UpResult<N>> {
    const { hub, id } = this.room;
    try {
      return await hub.commands.about(id, name, input, options);
    } catch (error) {
      if (!LatchboxError.is(error, 'unknown_event')) throw error;
      const message = 'The server knows no such command yet.';
      throw new LatchboxError('server_too_old', { protocol: hub.greeting?.protocol ?? 0 }, { message });
    }
  }

  #inbox(): ReturnType<Room['hub']['inboxSummary']> {
    const { hub, id } = this.room;
    return hub.inboxSummary(hub.works?.row(id)?.inboxId);
  }

  /** The handle is over: given back, ended by the server, or overtaken. Answers whether it is to be taken again at once. */
  #drop(held: Held): boolean {
    const { view, room } = this;
    const end = this.#ended(held.fence);
    const reason = end?.reason ?? (this.#givenUp === held.fence ? 'released' : 'disconnected');
    this.#held = undefined;
    // Going somewhere else ended it: then nothing was lost here. Unless we are back already, and want it back.
    const left = reason === 'switched' && room.leases === 0 && room.reader?.isTold === true;
    const back = reason === 'switched' && this.#backUntil > room.hub.core.runtime.now();
    this.#backUntil = 0;
    if (wasLost(reason) && !left && !back) this.#lost = end ?? { reason, by: null, note: '' };
    held.end(reason, view?.status === 'held' ? view.holder : undefined);
    return back;
  }

  #ended(fence: number): Ending | undefined {
    const end = this.#end;
    return end?.fence === fence ? { reason: end.reason, by: end.by, note: end.note } : undefined;
  }

  /** Passes it on, with the newest text. Said again after a lost connection, it may have happened already: then nothing is answered. */
  async #passing<T>(
    fence: number | undefined,
    isPassing: boolean,
    say: () => Promise<T>,
  ): Promise<T | undefined> {
    if (isPassing) await this.room.drafts.reply.flush();
    try {
      return await say();
    } catch (error) {
      const why = LatchboxError.is(error, 'lock_lost') ? error.details.reason : undefined;
      const isPassed = why === 'handed_over' || (fence && this.#ended(fence)?.reason === 'handed_over');
      if (isPassing && isPassed) return undefined;
      throw error;
    }
  }

  #begin(name: Grant, note: string): Request {
    const request: Request = (this.#request = { name, abort: new AbortController(), callers: 0 });
    request.granted = this.#grant(request, note);
    this.refresh();
    return request;
  }

  async #grant(request: Request, note: string): Promise<HeldLock> {
    const { name } = request;
    const { signal } = request.abort;
    const done = (): void => {
      if (this.#request === request) this.#request = undefined;
    };
    try {
      const requestId = this.room.hub.core.newId();
      const input = name === 'lock.takeOver' ? { requestId, note } : { requestId };
      const { fence, lock } = await this.say<Grant>(name, input as { requestId: string; note: string }, {
        signal,
        // Given up by its caller, granted all the same: nobody would ever give it back.
        late: (result) => {
          if (!signal.aborted) return;
          this.#giveBack((result as UpResult<Grant>).fence, 'released').catch(this.#failed('lock.release'));
        },
      });
      this.#lost = undefined;
      done();
      this.see(lock, false);
      const held: HeldLock | undefined = this.#held;
      if (held?.fence === fence) return held;
      throw new LatchboxError('lock_lost', {
        reason: this.#ended(fence)?.reason ?? 'overtaken',
        entries: [],
      });
    } finally {
      done();
      this.refresh();
    }
  }

  async #giveBack(fence: number, reason: 'released' | 'declined'): Promise<void> {
    this.#givenUp = fence;
    this.refresh();
    try {
      await this.say('lock.release', { fence, reason });
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
      this.room.hub.emit('error', { during, conversationId: this.room.id, error });
    };
  }
}
