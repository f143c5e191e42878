import type { LockEndReason } from '@latchbox/shared/lock-machine';
import type { Person } from '@latchbox/shared/model/agent';
import type { Entry } from '@latchbox/shared/model/entry';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import { iterate } from './lib/readable.ts';
import { type Abortable, type Scope, type Unsubscribe, waitFor } from './lib/scope.ts';
import type { ServerTime } from './connection/clock.ts';

/** What a client tells of besides its state: things that happen once. */
export interface EventMap {
  /** Every durable event, applied already; per stream exactly one after the other. */
  event: StreamEvent;
  /** Track was lost of what happened, or of what may be seen: everything is being read afresh. */
  resync: Record<never, never>;
  'entry.added': { readonly conversationId: string; readonly inboxId: string; readonly entry: Entry };
  /** A lock of this session ended without being given back. */
  'lock.lost': {
    readonly conversationId: string;
    readonly reason: LockEndReason;
    readonly now: 'free' | { readonly holder: Person };
  };
  /** "Are you still working?" — answer by `lock.stay()`, by typing, or by `lock.release()`. */
  'idle.asked': { readonly conversationId: string; readonly deadline: ServerTime };
  'inbox.visible': { readonly inboxId: string };
  'inbox.hidden': { readonly inboxId: string };
  /** Something that the client did by itself was refused. */
  error: { readonly during: string; readonly conversationId?: string; readonly error: AnyLatchboxError };
}
export type EventName = keyof EventMap;
/** An event with its name, as `events()` yields it. */
export type EventOf<E extends EventName> = { [K in E]: { readonly name: K; readonly data: EventMap[K] } }[E];

type Listener = (name: EventName, data: EventMap[EventName]) => void;

/** How many events wait for a slow `for await`; beyond it the oldest are dropped. */
const MOST_WAITING = 10_000;

export class Events {
  readonly #scope: Scope;
  readonly #listeners = new Set<Listener>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  emit<E extends EventName>(name: E, data: EventMap[E]): void {
    for (const listener of Array.from(this.#listeners))
      this.#scope.run('A listener threw.', listener, name, data);
  }

  on<E extends EventName>(event: E, fn: (data: EventMap[E]) => void, options: Abortable = {}): Unsubscribe {
    const { signal } = options;
    if (signal?.aborted === true) return () => {};
    const listener: Listener = (name, data) => {
      if (name === event) fn(data as EventMap[E]);
    };
    this.#listeners.add(listener);
    const off = (): void => {
      this.#listeners.delete(listener);
      signal?.removeEventListener('abort', off);
    };
    signal?.addEventListener('abort', off);
    return off;
  }

  /** Collects from this call on, so nothing is missed between two steps of the loop. */
  events<E extends EventName>(
    names: readonly E[],
    options: Abortable = {},
  ): AsyncIterableIterator<EventOf<E>> {
    const waiting: EventOf<E>[] = [];
    let wake = (): void => {};
    const listener: Listener = (name, data) => {
      if (!(names as readonly EventName[]).includes(name)) return;
      waiting.push({ name, data } as EventOf<E>);
      if (waiting.length > MOST_WAITING) waiting.shift();
      wake();
    };
    this.#listeners.add(listener);
    const stop = (): void => void this.#listeners.delete(listener);
    options.signal?.addEventListener('abort', stop, { once: true });
    const iterator = iterate(
      () =>
        waitFor<EventOf<E>>(this.#scope, options.signal, (resolve) => {
          wake = () => {
            const next = waiting.shift();
            if (next !== undefined) resolve(next);
          };
          wake();
          return () => {
            wake = () => {};
          };
        }),
      options.signal,
    );
    return {
      ...iterator,
      async return() {
        stop();
        return (await iterator.return?.()) ?? { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
