import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import type { Hub } from '../hub.ts';
import type { DraftKeeper } from './draft.ts';
import type { Lock } from './lock.ts';
import type { Thread } from './thread.ts';
import type { Lease, OpenOptions } from './types.ts';

export interface ViewingParts {
  readonly hub: Hub;
  readonly id: string;
  readonly thread: Thread;
  readonly lock: Lock;
  readonly drafts: readonly DraftKeeper[];
  /** What the thread got to hear changed. */
  changed(): void;
  /** The thread is complete, or gone: what waited for it need not wait any more. */
  settled(): void;
}

const PAGE = 50;
const TRY_AGAIN = 2_000;

/**
 * Opens and leaves one conversation, and reads its thread: when the first lease is taken, on each new connection, and
 * whenever events may have been missed.
 */
export class Viewing {
  readonly #parts: ViewingParts;
  #leases = 0;
  /** This connection was told that the conversation is viewed. */
  #told = false;
  #reading = false;
  #gone: AnyLatchboxError | undefined;
  #takeLock = false;
  #round = 0;
  /** Events that came while the thread was being read. */
  #early: StreamEvent[] = [];
  #stopLinger: (() => void) | undefined;
  #stopRetry: (() => void) | undefined;

  constructor(parts: ViewingParts) {
    this.#parts = parts;
  }

  get gone(): AnyLatchboxError | undefined {
    return this.#gone;
  }

  get active(): boolean {
    return this.#leases > 0 || this.#told;
  }

  /** Nothing is missing in the thread, as far as it is viewed. */
  get fresh(): boolean {
    return !this.active || this.#gone !== undefined || (this.#told && !this.#reading);
  }

  get status(): 'idle' | 'loading' | 'ready' {
    if (this.#parts.thread.loaded) return 'ready';
    return this.active ? 'loading' : 'idle';
  }

  open(options: OpenOptions): Lease {
    // Opened afresh: how the lock was lost the last time is no news any more, who has it now is.
    if (!this.active) this.#parts.lock.dismiss();
    this.#leases += 1;
    this.#stopLinger?.();
    this.#stopLinger = undefined;
    if (options.lock !== 'none') this.#takeLock = true;
    if (!this.#told) this.read();
    else if (!this.#reading) this.#autoLock();
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      options.signal?.removeEventListener('abort', release);
      this.#leases -= 1;
      const { core } = this.#parts.hub;
      if (this.#leases > 0 || core.scope.ended) return;
      this.#stopLinger = core.later(core.timings.leaseLinger, () => this.#leave());
    };
    if (options.signal?.aborted === true) release();
    else options.signal?.addEventListener('abort', release);
    return { release, [Symbol.dispose]: release };
  }

  /** A connection is up, or the thread must be read afresh. */
  read(): void {
    const { hub, thread } = this.#parts;
    if (!this.active || !hub.isUp()) return;
    const round = (this.#round += 1);
    this.#reading = this.#told = true;
    this.#gone = undefined;
    if (!thread.loaded) this.#early = [];
    const marksAt = hub.marksAt();
    const input = { conversationId: this.#parts.id, view: true, limit: PAGE };
    hub.commands.call('conversation.open', input, { onLoss: 'reject' }).then(
      (answer) => {
        if (round === this.#round) this.#read(answer, marksAt);
      },
      (error: unknown) => {
        if (round === this.#round) this.#failed(error as AnyLatchboxError);
      },
    );
    // Opening a conversation that is known to be free asks for its lock in the same breath.
    this.#autoLock();
    this.#parts.changed();
  }

  down(): void {
    this.#round += 1;
    this.#told = this.#reading = false;
  }

  /** What is shown may be old. It stays while it is viewed, until it is read afresh. */
  forget(): void {
    this.#parts.thread.forget(this.active);
    this.#gone = undefined;
    this.#parts.changed();
  }

  /** An event of this conversation, the next of its inbox's stream. */
  event(event: StreamEvent): void {
    const { thread } = this.#parts;
    if (!thread.loaded) {
      if (this.#reading) this.#early.push(event);
      return;
    }
    const { data, seq } = event;
    if (data.type === 'reply.delivery') thread.deliver(data.position, data.delivery, seq);
    else if (data.type !== 'entry.added') return;
    else if (!thread.add(data.entry, seq)) {
      thread.forget(true);
      return this.read();
    }
    this.#parts.changed();
  }

  #read(answer: UpResult<'conversation.open'>, marksAt: number): void {
    const { hub, id, thread } = this.#parts;
    const { asOf, row, entries, hasMore, read, drafts, viewers, typists } = answer;
    this.#reading = false;
    thread.read(entries, hasMore, asOf.seq);
    hub.rows.put(row, asOf.seq);
    hub.rows.putRead(id, read, marksAt);
    hub.there.opened(row.inboxId, id, viewers, typists);
    for (const draft of this.#parts.drafts) draft.read(drafts);
    for (const event of this.#early.splice(0)) this.event(event);
    this.#parts.settled();
    this.#parts.changed();
    hub.flush();
    this.#autoLock();
  }

  #failed(error: AnyLatchboxError): void {
    this.#reading = this.#told = false;
    // Lost with the connection: the next one reads again.
    if (LatchboxError.is(error, 'offline', 'closed')) return;
    if (error.retry !== 'never') {
      this.#stopRetry?.();
      this.#stopRetry = this.#parts.hub.core.later(TRY_AGAIN, () => this.read());
      return;
    }
    this.#gone = error;
    this.#parts.thread.forget(false);
    this.#parts.settled();
    this.#parts.changed();
  }

  /** Once for each time it is opened; when it frees later, the first keystroke takes it. */
  #autoLock(): void {
    const { hub, id, lock } = this.#parts;
    const row = hub.rows.get(id);
    if (!this.#takeLock || row === undefined) return;
    const { status } = lock.getSnapshot();
    if (this.#reading && status !== 'free') return;
    this.#takeLock = false;
    if (hub.inboxSummary(row.inboxId)?.lockOn === 'open') lock.takeIfFree();
  }

  #leave(): void {
    const { hub, id, drafts, lock } = this.#parts;
    this.#takeLock = false;
    for (const draft of drafts) void draft.flush();
    const told = this.#told;
    this.#told = this.#reading = false;
    this.#round += 1;
    this.#parts.settled();
    this.#parts.changed();
    // A lock is given back by leaving, also by a connection that has not been told of the viewing.
    if (!told && lock.getSnapshot().status !== 'mine') return;
    hub.commands
      .call('conversation.leave', { conversationId: id })
      .catch((error: unknown) =>
        hub.core.log({ level: 'debug', message: `Leaving ${id} failed.`, data: error }),
      );
  }
}
