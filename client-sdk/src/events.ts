import type { LockEndReason } from '@latchbox/shared/lock-machine';
import type { Person } from '@latchbox/shared/model/agent';
import type { Entry } from '@latchbox/shared/model/entry';
import type { LockAsk } from '@latchbox/shared/model/lock';
import type { ScheduledReply } from '@latchbox/shared/model/scheduled';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import { Store } from './lib/readable.ts';
import { type Abortable, joined, Listeners, onAbort, type Scope, type Unsubscribe } from './lib/scope.ts';
import type { ServerTime } from './connection/clock.ts';

/**
 * How a lock came here. `handed_over`: `from` passed it to this agent. `asked`: this agent had asked `from` for it. `offered`: it was
 * offered and is accepted, by `from` or, null, as the turn in the waiting line.
 */
export interface LockReceived {
  readonly conversationId: string;
  readonly from: Person | null;
  readonly note: string;
  readonly how: 'handed_over' | 'asked' | 'offered';
}

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
    /** Who ended it, where that was a colleague, and what they said along with it. */
    readonly by: Person | null;
    readonly note: string;
  };
  /** A lock came to this session from a colleague, or by the waiting line: whether its conversation is open here or not. */
  'lock.received': LockReceived;
  /** A lock can be taken until then: `lock.acceptOffer()`. `from`: who hands it over; null: it is my turn in the waiting line. */
  'lock.offered': {
    readonly conversationId: string;
    readonly until: ServerTime;
    readonly from: Person | null;
    readonly note: string;
  };
  /** A colleague asks for a lock of this session: `lock.answer(ask.id, …)`, or type on, which keeps it. */
  'lock.asked': { readonly conversationId: string; readonly ask: LockAsk };
  /** "Are you still working?" — answer by `lock.stay()`, by typing, or by `lock.release()`. */
  'idle.asked': { readonly conversationId: string; readonly deadline: ServerTime };
  /** A scheduled reply of this agent was made, changed, sent, or stopped and has to be looked at. */
  'scheduled.changed': { readonly scheduled: ScheduledReply };
  'inbox.visible': { readonly inboxId: string };
  'inbox.hidden': { readonly inboxId: string };
  /** Something that the client did by itself was refused. */
  error: { readonly during: string; readonly conversationId?: string; readonly error: AnyLatchboxError };
}
export type EventName = keyof EventMap;
/** An event with its name, as `events()` yields it. */
export type EventOf<E extends EventName> = { [K in E]: { readonly name: K; readonly data: EventMap[K] } }[E];

/** How many events wait for a slow `for await`; beyond it the oldest are dropped. */
const MOST_WAITING = 10_000;

export class Events {
  readonly #scope: Scope;
  readonly #listeners: Listeners<[EventName, EventMap[EventName]]>;

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#listeners = new Listeners(scope);
  }

  emit<E extends EventName>(name: E, data: EventMap[E]): void {
    this.#listeners.tell(name, data);
  }

  on<E extends EventName>(event: E, fn: (data: EventMap[E]) => void, options?: Abortable): Unsubscribe {
    const off = this.#listeners.add((name, data) => {
      if (name === event) fn(data as EventMap[E]);
    });
    return joined(off, onAbort(options?.signal, off));
  }

  /** Collects from this call on, so nothing is missed between two steps of the loop. */
  events<E extends EventName>(names: readonly E[], options?: Abortable): AsyncIterableIterator<EventOf<E>> {
    const waiting: EventOf<E>[] = [];
    const count = new Store(this.#scope, 0);
    const off = this.#listeners.add((name, data) => {
      if (!(names as readonly EventName[]).includes(name)) return;
      if (waiting.push({ name, data } as EventOf<E>) > MOST_WAITING) waiting.shift();
      count.put(count.getSnapshot() + 1);
    });
    const end = joined(off, onAbort(options?.signal, off));
    return drain(waiting, () => count.until(() => waiting.length > 0, options), end);
  }
}

/** Hands out what waits, until `more` is refused. */
async function* drain<T>(waiting: T[], more: () => Promise<unknown>, end: () => void): AsyncGenerator<T> {
  try {
    for (;;) {
      await more();
      yield* waiting.splice(0, 1);
    }
  } catch {
    // Closed or aborted: that is the end of the loop, and no error in it.
  } finally {
    end();
  }
}
