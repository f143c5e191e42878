import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import type { Hub } from '../hub.ts';
import { Store } from '../lib/readable.ts';
import { refuse } from '../lib/refuse.ts';
import type { Abortable, Unsubscribe } from '../lib/scope.ts';
import type { LockKeeping } from '../works.ts';
import type { AcquireOptions, ConversationLock, HeldLock, LockAnswer, LockState } from './lock-state.ts';

/**
 * One conversation's lock, as it can be asked for before there is a connection. What it says and does is its keeper's, who comes
 * with the engine; before that nothing is known, and what is asked for waits for the connection as long as a command does.
 */
export class Lock extends Store<LockState> implements ConversationLock {
  keeping: LockKeeping | undefined;
  readonly #hub: Hub;
  readonly #id: string;

  constructor(hub: Hub, id: string) {
    const unknown = { status: 'unknown', queue: [], place: null } as const;
    super(hub.core.scope, { ...unknown, stale: false });
    this.#hub = hub;
    this.#id = id;
    this.put({ ...unknown, stale: true });
  }

  /** The fence of the lock that is held now. */
  get held(): number | undefined {
    return this.keeping?.held;
  }

  /** The fence to send under: the one held, else the last one that was, as long as a send under it may go through. */
  get fence(): number | undefined {
    return this.keeping?.fence;
  }

  acquire(options?: AcquireOptions): Promise<HeldLock> {
    return this.#ask((keeping) => keeping.acquire(options), options);
  }

  moveHere(options?: Abortable): Promise<HeldLock> {
    return this.#ask((keeping) => keeping.get('lock.move', options), options);
  }

  acceptOffer(options?: Abortable): Promise<HeldLock> {
    return this.#ask((keeping) => keeping.get('lock.acceptOffer', options), options);
  }

  takeOver(note?: string, options?: Abortable): Promise<HeldLock> {
    return this.#ask((keeping) => keeping.get('lock.takeOver', options, note), options);
  }

  ask(note?: string, options?: Abortable): Promise<HeldLock> {
    return this.#ask((keeping) => keeping.ask(note, options), options);
  }

  async run<R>(work: (lock: HeldLock) => Promise<R>, options?: AcquireOptions): Promise<R> {
    const lock = await this.acquire(options);
    try {
      return await work(lock);
    } finally {
      await lock.release();
    }
  }

  join(): Unsubscribe {
    const place = new AbortController();
    this.#ask((keeping) => keeping.wait(place.signal), place).catch((error: AnyLatchboxError) => {
      // Given up, or over with the client: that is no refusal.
      if (LatchboxError.is(error, 'aborted', 'closed')) return;
      this.#hub.emit('error', { during: 'lock.join', conversationId: this.#id, error });
    });
    return () => place.abort();
  }

  leaveLine(): Promise<void> {
    return this.#ask((keeping) => keeping.leaveLine());
  }

  answer(askId: string, answer: LockAnswer): Promise<void> {
    return this.#ask((keeping) => keeping.answer(askId, answer));
  }

  stay(): void {
    this.keeping?.stay();
  }

  async release(): Promise<void> {
    await this.keeping?.release();
  }

  dismiss(): void {
    this.keeping?.dismiss();
  }

  async #ask<T>(say: (keeping: LockKeeping) => Promise<T>, options?: Abortable): Promise<T> {
    if (!this.keeping) await this.#hub.online(options);
    if (!this.keeping) throw refuse('offline');
    return await say(this.keeping);
  }
}
