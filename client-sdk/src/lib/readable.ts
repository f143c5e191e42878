import { aborted, type Abortable, type Scope, type Unsubscribe, waitFor } from './scope.ts';
import { same } from './same.ts';

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
  readonly #listeners = new Set<() => void>();
  readonly getInitialSnapshot: () => T;
  #value: T;

  constructor(scope: Scope, initial: T) {
    this.#scope = scope;
    this.#value = Object.freeze(initial);
    this.getInitialSnapshot = () => initial;
  }

  readonly getSnapshot = (): T => this.#value;

  readonly subscribe = (onChange: () => void): Unsubscribe => {
    this.observed();
    // A function of its own, so that subscribing the same one twice makes two subscriptions.
    const listener = (): void => onChange();
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Somebody begins to look. For what is only read when it is looked at. */
  protected observed(): void {}

  /** Replaces the value, unless the new one says the same. */
  put(next: T): void {
    if (!same(this.#value, next)) this.replace(next);
  }

  /** Replaces the value by one that is known to be another. */
  replace(next: T): void {
    this.#value = Object.freeze(next);
    for (const listener of Array.from(this.#listeners)) this.#scope.run('A listener threw.', listener);
  }

  until<S extends T>(match: (value: T) => value is S, options?: Abortable): Promise<S>;
  until(match: (value: T) => boolean, options?: Abortable): Promise<T>;
  until(match: (value: T) => boolean, options: Abortable = {}): Promise<T> {
    return waitFor<T>(this.#scope, options.signal, (resolve, reject) => {
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

  values(options: Abortable = {}): AsyncIterableIterator<T> {
    let first = true;
    let last = this.#value;
    return iterate(async () => {
      const changed = await this.until((value) => first || value !== last, options);
      first = false;
      last = changed;
      return changed;
    }, options.signal);
  }
}

/** An iterator over what `next` resolves to; a `closed` or `aborted` rejection ends it quietly. */
export function iterate<T>(
  next: () => Promise<T>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<T> {
  let done = false;
  const end = { done: true, value: undefined } as const;
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      if (done) return end;
      try {
        if (signal?.aborted === true) throw aborted(signal);
        return { done: false, value: await next() };
      } catch {
        done = true;
        return end;
      }
    },
    async return() {
      done = true;
      return end;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
