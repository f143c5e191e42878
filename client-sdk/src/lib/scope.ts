import { LatchboxError } from '@latchbox/shared/error-codes';
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
  readonly report: Report;
  readonly #endings = new Set<() => void>();
  #ended = false;

  constructor(report: Report) {
    this.report = report;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Calls `ending` once when the client closes (at once when it is closed already). */
  onEnd(ending: () => void): Unsubscribe {
    if (this.#ended) {
      ending();
      return () => {};
    }
    this.#endings.add(ending);
    return () => void this.#endings.delete(ending);
  }

  end(): void {
    this.#ended = true;
    for (const ending of Array.from(this.#endings)) ending();
    this.#endings.clear();
  }

  /** Calls `fn`; what it throws is reported and goes no further (R4). */
  run<A extends unknown[]>(what: string, fn: (...args: A) => void, ...args: A): void {
    try {
      fn(...args);
    } catch (error) {
      this.report(what, error);
    }
  }
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
    if (signal?.aborted === true) {
      reject(aborted(signal));
      return;
    }
    let cleanUp: (() => void) | undefined;
    let settled = false;
    const finish = (): void => {
      settled = true;
      offEnd();
      signal?.removeEventListener('abort', onAbort);
      cleanUp?.();
    };
    const fail = (error: unknown): void => {
      if (settled) return;
      finish();
      reject(error);
    };
    const onAbort = (): void => fail(aborted(signal));
    let offEnd: Unsubscribe = () => {};
    cleanUp = start((value) => {
      if (settled) return;
      finish();
      resolve(value);
    }, fail);
    if (settled) {
      cleanUp();
      return;
    }
    signal?.addEventListener('abort', onAbort);
    offEnd = scope.onEnd(() => fail(refuse('closed')));
  });
}

export function aborted(signal: AbortSignal | undefined): LatchboxError<'aborted'> {
  return refuse('aborted', signal?.reason);
}
