import { freeze, same } from './plain.ts';
import { type Abortable, Listeners, type Scope, type Unsubscribe, waitFor } from './scope.ts';

/**
 * The one reactive primitive. `getSnapshot` and `subscribe` are bound, so they go straight into `useSyncExternalStore`. A
 * snapshot is frozen, keeps its identity until it changes, and never depends on the present time.
 */
export interface Readable<T> {
  readonly getSnapshot: () => T;
  /** What it said before anything was known: what a server renders, and so what a first rendering over it in a browser must say. */
  readonly getInitialSnapshot: () => T;
  /** Calls `onChange` after each change; what it throws is logged and stops nobody else. */
  readonly subscribe: (onChange: () => void) => Unsubscribe;
  /** The first snapshot that matches, the present one included. Rejects with `aborted` or `closed`. */
  until<S extends T>(match: (value: T) => value is S, options?: Abortable): Promise<S>;
  until(match: (value: T) => boolean, options?: Abortable): Promise<T>;
  /** Snapshots from the present one on; the newest wins, slow readers skip. Ends with the client or the signal. */
  values(options?: Abortable): AsyncIterableIterator<T>;
}

/** A `Readable` and the means to change it. */
export class Store<T> implements Readable<T> {
  readonly #scope: Scope;
  readonly #listeners: Listeners<[]>;
  readonly getInitialSnapshot: () => T;
  readonly #observed: (() => void) | undefined;
  #value: T;

  /** `observed`: somebody begins to look. For what is only read when it is looked at. */
  constructor(scope: Scope, initial: T, observed?: () => void) {
    this.#scope = scope;
    this.#observed = observed;
    this.#listeners = new Listeners(scope);
    this.#value = freeze(initial);
    this.getInitialSnapshot = () => initial;
  }

  readonly getSnapshot = (): T => this.#value;

  readonly subscribe = (onChange: () => void): Unsubscribe => {
    const off = this.#listeners.add(onChange);
    this.#observed?.();
    return off;
  };

  /** Somebody looks at it now. */
  get isObserved(): boolean {
    return this.#listeners.size > 0;
  }

  /** Replaces the value, unless the new one says the same. */
  put(next: T): void {
    if (same(this.#value, next)) return;
    this.#value = freeze(next);
    this.#listeners.tell();
  }

  until<S extends T>(match: (value: T) => value is S, options?: Abortable): Promise<S>;
  until(match: (value: T) => boolean, options?: Abortable): Promise<T>;
  until(match: (value: T) => boolean, options?: Abortable): Promise<T> {
    return waitFor<T>(this.#scope, options?.signal, (resolve, reject) => {
      const check = (): void => {
        try {
          if (match(this.#value)) resolve(this.#value);
        } catch (error) {
          reject(error);
        }
      };
      const off = this.subscribe(check);
      check();
      return off;
    });
  }

  async *values(options?: Abortable): AsyncGenerator<T, undefined> {
    // The class is what no store holds: so the first one counts as new.
    let last: unknown = Store;
    try {
      for (;;) {
        const value = await this.until((now) => now !== last, options);
        last = value;
        yield value;
      }
    } catch {
      // Closed or aborted: that is the end of the loop, and no error in it.
    }
  }
}
