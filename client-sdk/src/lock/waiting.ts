import { LatchboxError } from '@latchbox/shared/error-codes';
import type { HeldLock } from '../conversation/lock-state.ts';
import { type Abortable, waitFor } from '../lib/scope.ts';
import type { LockParts } from './parts.ts';

/**
 * This agent's place in a lock's waiting line, as far as somebody here wants it (L11). A place is one an agent, whichever of its tabs
 * took it: once it is gone, it is over for everybody here who waited.
 */
export class Waiting {
  readonly #keeper: LockParts;
  #waiters = 0;
  /** Counts the places that are over. */
  #round = 0;
  /** Why the last one was refused. */
  #error: Error | undefined;
  /** It was seen in a row: a newer row without it says that it is over. */
  #seen = false;
  #joining: Promise<void> | undefined;

  constructor(keeper: LockParts) {
    this.#keeper = keeper;
  }

  /** Resolves when the place is over: the lock is here or in another tab, the offer was let pass, or the place given up elsewhere. */
  async wait(signal: AbortSignal): Promise<void> {
    const keeper = this.#keeper;
    const round = this.#round;
    keeper.dismiss();
    this.#waiters += 1;
    try {
      const joining = this.#isIn ? Promise.resolve() : this.#join();
      await waitFor<void>(keeper.room.hub.core.scope, signal, (resolve, reject) => {
        joining.then(resolve, reject);
        return () => {};
      });
      await keeper.until(() => this.#isOver(round), { signal });
    } finally {
      this.#waiters -= 1;
      if (this.#waiters === 0 && !keeper.handle && (this.#isIn || this.#joining)) {
        // What is refused here, or comes too late, leaves a place that the server ends by itself.
        keeper.leaveLine().catch(() => {});
      }
    }
  }

  /** Takes the lock when it is this agent's turn, or at once where that can be. */
  async acquire(options: Abortable): Promise<HeldLock> {
    const keeper = this.#keeper;
    const place = new AbortController();
    let waiting: Promise<void> | undefined;
    const over: { is: boolean; error?: Error } = { is: false };
    try {
      for (;;) {
        const { view, line, shown } = keeper;
        // Where it cannot be had now it is not tried: an attempt might end another lock of mine.
        const isTaken = shown.status === 'theirs' || shown.status === 'reserved';
        try {
          if (!isTaken || over.is)
            return await keeper.get(keeper.isOffered ? 'lock.acceptOffer' : 'lock.acquire', options);
        } catch (error) {
          if (over.is || !LatchboxError.is(error, 'lock_held', 'lock_required', 'conflict')) throw error;
        }
        waiting ??= this.wait(place.signal)
          .catch((error: Error) => {
            over.error = error;
          })
          .then(() => {
            over.is = true;
            keeper.refresh();
          });
        // Not again on what was known before the refusal: it was not so.
        const mayTry = (): boolean =>
          over.is ||
          keeper.handle !== undefined ||
          (keeper.isOffered && (keeper.view !== view || keeper.line !== line));
        await keeper.until(() => mayTry() || undefined, options);
        if (over.error !== undefined) throw over.error;
      }
    } finally {
      place.abort();
    }
  }

  /** What is known changed. */
  look(): void {
    if (this.#isIn) this.#seen = true;
    else if (this.#seen && this.#keeper.room.hub.line === 'up') this.#end();
  }

  /** Connected again, and everything is told. A place that went meanwhile, with its session for example, is taken once more. */
  up(): void {
    if (this.#waiters > 0 && !this.#isIn && !this.#keeper.handle) this.#again();
  }

  /** Does what also gives the place up, without meaning it. */
  async keep(act: () => Promise<unknown>): Promise<void> {
    this.#seen = false;
    await act();
    if (this.#waiters > 0) this.#again();
  }

  get #isIn(): boolean {
    const { line, room, view } = this.#keeper;
    const me = room.hub.greeting?.me.id;
    if (view?.status === 'reserved' && view.for.id === me) return true;
    return line?.waiting.some(({ id }) => id === me) ?? false;
  }

  #isOver(round: number): true | undefined {
    if (round === this.#round) return undefined;
    if (this.#error !== undefined) throw this.#error;
    return true;
  }

  #again(): void {
    this.#seen = false;
    this.#join().catch((error: Error) => {
      this.#end(error);
      this.#keeper.refresh();
    });
  }

  #join(): Promise<void> {
    this.#joining ??= this.#keeper
      .say('lock.join', {})
      .then((answer) => {
        if (answer.state === 'offered') this.#isOffered(answer.until);
        if (answer.state !== 'held') return;
        this.#end();
        this.#keeper.refresh();
      })
      .finally(() => {
        this.#joining = undefined;
      });
    return this.#joining;
  }

  /** The row that told of it may have been forgotten with a lost connection, and none has to come before the offer is over. */
  #isOffered(until: number): void {
    const { room, view } = this.#keeper;
    const me = room.hub.greeting?.me;
    if (view || !me) return;
    this.#keeper.see({ status: 'reserved', fence: 0, for: { id: me.id, name: me.name }, until }, false);
  }

  #end(error?: Error): void {
    this.#error = error;
    this.#round += 1;
    this.#seen = false;
  }
}
