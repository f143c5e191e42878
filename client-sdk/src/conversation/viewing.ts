import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import { onAbort } from '../lib/scope.ts';
import type { Room } from './room.ts';
import type { Lease, OpenOptions } from './types.ts';

const PAGE = 50;
const TRY_AGAIN = 2_000;

/**
 * Opens and leaves one conversation, and reads its thread: when the first lease is taken, on each new connection, and
 * whenever events may have been missed.
 */
export class Viewing {
  /** Why the thread is not there, or not this agent's to see. */
  gone: AnyLatchboxError | undefined;
  readonly #room: Room;
  #leases = 0;
  /** This connection was told that the conversation is viewed. */
  #told = false;
  #reading = false;
  #takeLock = false;
  #round = 0;
  /** Events that came while the thread was being read. */
  #early: StreamEvent[] = [];
  #stopLinger: (() => void) | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  get active(): boolean {
    return this.#leases > 0 || this.#told;
  }

  /** Nothing is missing in the thread, as far as it is viewed. */
  get fresh(): boolean {
    return !this.active || this.gone !== undefined || (this.#told && !this.#reading);
  }

  get status(): 'idle' | 'loading' | 'ready' {
    if (this.#room.thread.loaded) return 'ready';
    return this.active ? 'loading' : 'idle';
  }

  open({ lock, signal }: OpenOptions): Lease {
    // Opened afresh: how the lock was lost the last time is no news any more, who has it now is.
    if (!this.active) this.#room.lock.dismiss();
    this.#leases += 1;
    this.#stopLinger?.();
    if (lock !== 'none') this.#takeLock = true;
    if (!this.#told) this.read();
    else if (!this.#reading) this.#autoLock();
    let off = (): void => {};
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      off();
      this.#leases -= 1;
      const { later, timings } = this.#room.hub.core;
      if (this.#leases === 0) this.#stopLinger = later(timings.leaseLinger, () => this.#leave());
    };
    off = onAbort(signal, release);
    return { release, [Symbol.dispose]: release };
  }

  /** A connection is up, or the thread must be read afresh. */
  read(): void {
    const { hub, id, thread } = this.#room;
    if (!this.active || hub.line !== 'up') return;
    const round = (this.#round += 1);
    this.#reading = this.#told = true;
    this.gone = undefined;
    if (!thread.loaded) this.#early = [];
    const marksAt = hub.marksAt();
    hub.commands.about(id, 'conversation.open', { view: true, limit: PAGE }, { onLoss: 'reject' }).then(
      (answer) => {
        if (round === this.#round) this.#read(answer, marksAt);
      },
      (error: AnyLatchboxError) => {
        if (round === this.#round) this.#failed(error, round);
      },
    );
    // Opening a conversation that is known to be free asks for its lock in the same breath.
    this.#autoLock();
    this.#room.changed();
  }

  down(): void {
    this.#round += 1;
    this.#told = this.#reading = false;
  }

  /** What is shown may be old. It stays while it is viewed, until it is read afresh. */
  forget(): void {
    this.#room.thread.forget(this.active);
    this.gone = undefined;
    this.#room.changed();
  }

  /** An event of this conversation, the next of its inbox's stream. */
  event(event: StreamEvent): void {
    const { thread } = this.#room;
    const { data, seq } = event;
    if (!thread.loaded) {
      if (this.#reading) this.#early.push(event);
    } else if (data.type === 'reply.delivery') thread.deliver(data.position, data.delivery, seq);
    else if (data.type === 'entry.added' && !thread.add(data.entry, seq)) {
      thread.forget(true);
      this.read();
    }
    this.#room.changed();
  }

  #read(answer: UpResult<'conversation.open'>, marksAt: number): void {
    const { hub, id, drafts, thread } = this.#room;
    const { asOf, row, entries, hasMore, read, viewers, typists } = answer;
    this.#reading = false;
    thread.read(entries, hasMore, asOf.seq);
    hub.rows.put(row, asOf.seq);
    hub.rows.putRead(id, read, marksAt);
    hub.there.opened(row.inboxId, id, viewers, typists);
    for (const draft of Object.values(drafts)) draft.read(answer.drafts);
    for (const event of this.#early.splice(0)) this.event(event);
    this.#room.settled();
    hub.flush();
    this.#autoLock();
  }

  #failed(error: AnyLatchboxError, round: number): void {
    this.#reading = this.#told = false;
    // Lost with the connection: the next one reads again.
    if (LatchboxError.is(error, 'offline', 'closed')) return;
    if (error.retry !== 'never') {
      this.#room.hub.core.later(TRY_AGAIN, () => {
        if (round === this.#round) this.read();
      });
      return;
    }
    this.gone = error;
    this.#room.thread.forget(false);
    this.#room.settled();
  }

  /** Once for each time it is opened; when it frees later, the first keystroke takes it. */
  #autoLock(): void {
    const { hub, id, lock } = this.#room;
    const row = hub.rows.get(id);
    if (!this.#takeLock || row === undefined) return;
    if (this.#reading && lock.getSnapshot().status !== 'free') return;
    this.#takeLock = false;
    if (hub.inboxSummary(row.inboxId)?.lockOn === 'open') lock.takeIfFree();
  }

  #leave(): void {
    const { hub, id, drafts, lock } = this.#room;
    this.#takeLock = false;
    for (const draft of Object.values(drafts)) void draft.flush();
    const told = this.#told;
    this.down();
    this.#room.settled();
    // A lock is given back by leaving, also by a connection that has not been told of the viewing.
    if (!told && lock.getSnapshot().status !== 'mine') return;
    hub.commands
      .about(id, 'conversation.leave', {})
      .catch((error: unknown) => hub.core.log('debug', `Leaving ${id} failed.`, error));
  }
}
