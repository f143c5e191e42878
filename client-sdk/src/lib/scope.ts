import type { LatchboxError } from '@latchbox/shared/error-codes';
import { refuse } from './refuse.ts';

export type Unsubscribe = () => void;

/** Everything that can be given up by its caller takes a signal; giving up rejects with `aborted`. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** Told of what went wrong where nobody waits for it: a listener that threw, a frame that made no sense. */
export type Report = (message: string, error: unknown) => void;

/** The life of one client: what waits ends with it, and what listeners throw goes to its log. */
export class Scope {
  ended = false;
  readonly #report: Report;
  readonly #endings = new Set<() => void>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** Calls `ending` once when the client closes (at once when it is closed already). */
  onEnd(ending: () => void): Unsubscribe {
    if (this.ended) ending();
    else this.#endings.add(ending);
    return () => void this.#endings.delete(ending);
  }

  end(): void {
    this.ended = true;
    for (const ending of take(this.#endings)) ending();
  }

  /** Calls `fn`; what it throws is reported and goes no further (R4). */
  run<A extends unknown[]>(what: string, fn: (...args: A) => void, ...args: A): void {
    try {
      fn(...args);
    } catch (error) {
      this.#report(what, error);
    }
  }
}

/** What is in a set, which is empty from now on. */
export function take<T>(set: Set<T>): T[] {
  const all = [...set];
  set.clear();
  return all;
}

/** Functions that are called one after the other; whoever comes or goes meanwhile is counted in the next time. */
export class Listeners<A extends unknown[]> {
  readonly #scope: Scope;
  readonly #all = new Set<(...args: A) => void>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  get size(): number {
    return this.#all.size;
  }

  add(fn: (...args: A) => void): Unsubscribe {
    // A function of its own, so that adding the same one twice makes two listeners.
    const own = (...args: A): void => fn(...args);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  tell(...args: A): void {
    for (const fn of Array.from(this.#all)) this.#scope.run('A listener threw.', fn, ...args);
  }
}

/** One function that calls them all. */
export function joined(...all: (() => void)[]): () => void {
  return () => {
    for (const fn of all) fn();
  };
}

/** Calls `fn` when the signal aborts; at once when it has. */
export function onAbort(signal: AbortSignal | undefined, fn: () => void): Unsubscribe {
  if (signal?.aborted === true) fn();
  signal?.addEventListener('abort', fn);
  return () => signal?.removeEventListener('abort', fn);
}

/**
 * A promise that `start` settles, and that the caller's signal (`aborted`) and the client's end (`closed`) settle too. What
 * `start` returns runs once, however it settles.
 */
export function waitFor<T>(
  scope: Scope,
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cleanUps = new Set<() => void>();
    let settled = false;
    const settle = (): void => {
      settled = true;
      for (const cleanUp of take(cleanUps)) cleanUp();
    };
    const atTheEnd = (cleanUp: () => void): void => {
      if (settled) cleanUp();
      else cleanUps.add(cleanUp);
    };
    const fail = (error: unknown): void => {
      reject(error);
      settle();
    };
    atTheEnd(onAbort(signal, () => fail(aborted(signal))));
    if (settled) return;
    atTheEnd(
      start((value) => {
        resolve(value);
        settle();
      }, fail),
    );
    atTheEnd(scope.onEnd(() => fail(refuse('closed'))));
  });
}

export function aborted(signal: AbortSignal | undefined): LatchboxError<'aborted'> {
  return refuse('aborted', signal?.reason);
}
