import type { ConversationRow } from '@latchbox/shared/model/conversation';
import type { Entry } from '@latchbox/shared/model/entry';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import type { Room } from '../conversation/room.ts';
import type { Abortable } from '../lib/scope.ts';
import type { LockKeeper } from '../lock/lock-keeper.ts';
import type { Seen, ThreadReading } from '../works.ts';
import { Activity } from './activity.ts';
import type { Rows } from './rows.ts';
import type { There } from './there.ts';
import { Thread } from './thread.ts';

export interface ReaderParts {
  readonly rows: Rows;
  readonly there: There;
  /** How far this agent's read marks are told. */
  marksAt(): number;
  /** Tells lists and conversations which rows changed. */
  flush(): void;
}

type LockEnded = Extract<StreamEvent['data'], { type: 'lock.ended' }>;

const PAGE = 50;
const TRY_AGAIN = 2_000;

/**
 * Opens and leaves one conversation, and reads its thread: when the first lease is taken, on each new connection, and
 * whenever events may have been missed.
 */
export class ThreadReader implements ThreadReading {
  isTold = false;
  readonly #parts: ReaderParts;
  readonly #room: Room;
  readonly #lock: LockKeeper;
  readonly #thread = new Thread();
  readonly #activity: Activity;
  /** Why it is not there, or not this agent's to see. */
  #gone: AnyLatchboxError | undefined;
  #reading = false;
  #round = 0;
  /** Events that came while the thread was being read. */
  #early: StreamEvent[] = [];
  #row: ConversationRow | null = null;

  constructor(parts: ReaderParts, room: Room, lock: LockKeeper) {
    this.#parts = parts;
    this.#room = room;
    this.#lock = lock;
    this.#activity = new Activity(room.hub, room.id);
  }

  get isActive(): boolean {
    return this.#room.leases > 0 || this.isTold;
  }

  get isFresh(): boolean {
    return !this.isActive || this.#gone !== undefined || (this.isTold && !this.#reading);
  }

  get newest(): number {
    return this.#thread.newest;
  }

  seen(): Seen {
    const { rows } = this.#parts;
    const { id } = this.#room;
    const { entries, hasMore, loaded } = this.#thread;
    const status = loaded ? 'ready' : this.isActive ? 'loading' : 'idle';
    // While it is being read afresh the last known row stays.
    const row = (this.#row = rows.get(id) ?? (status === 'loading' ? this.#row : null));
    const said = { row, entries, hasMore, unread: rows.shown(id)?.unread ?? false };
    return this.#gone ? { ...said, row: null, status: 'gone', error: this.#gone } : { ...said, status };
  }

  opened(): void {
    if (this.#room.leases === 1) this.#lock.opened(this.isTold);
    if (!this.isTold) this.read();
    else if (!this.#reading) this.#autoLock();
  }

  /** A connection is up, or the thread must be read afresh. */
  read(): void {
    const { hub, id } = this.#room;
    if (!this.isActive || hub.line !== 'up') return;
    const round = (this.#round += 1);
    this.#reading = this.isTold = true;
    this.#gone = undefined;
    if (!this.#thread.loaded) this.#early = [];
    const marksAt = this.#parts.marksAt();
    // Whatever round it was of: it is the newest that was said of who is there.
    const heard = ({ row, viewers, typists }: UpResult<'conversation.open'>): void =>
      this.#parts.there.opened(row.inboxId, id, viewers, typists);
    hub.commands
      .about(id, 'conversation.open', { view: true, limit: PAGE }, { onLoss: 'reject', heard })
      .then(
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

  /** This connection is lost, or the conversation left. */
  down(): void {
    this.#round += 1;
    this.isTold = this.#reading = false;
  }

  /** What is shown may be old. It stays while it is viewed, until it is read afresh. */
  forget(): void {
    this.#thread.forget(this.isActive);
    this.#gone = undefined;
    this.#room.changed();
  }

  /** An event of this conversation, the next of its inbox's stream. */
  event(event: StreamEvent): void {
    const { data, seq } = event;
    if (data.type === 'lock.ended') this.#passedOn(data);
    if (!this.#thread.loaded) {
      if (this.#reading) this.#early.push(event);
    } else if (data.type === 'reply.delivery') this.#thread.deliver(data.position, data.delivery, seq);
    else if (data.type === 'entry.changed') this.#thread.change(data.entry, seq);
    else if (data.type === 'entry.added' && !this.#thread.add(data.entry, seq)) {
      this.#thread.forget(true);
      this.read();
    }
    this.#room.changed();
  }

  /**
   * With the lock the draft goes: to another tab (what was being written in the old one is saved, and what stands on the server is shown
   * in the new one), or to a colleague, who gets a copy of it, and here it is gone.
   */
  #passedOn({ reason, holder, row: { lock } }: LockEnded): void {
    const { hub, drafts } = this.#room;
    const { me, session } = hub.greeting ?? {};
    if (lock.status !== 'held') return;
    if (lock.sessionId === session?.id) this.read();
    else if (reason === 'handed_over' && [holder.id, lock.holder.id].includes(me?.id ?? '')) this.read();
    else if (reason === 'moved') for (const draft of Object.values(drafts)) void draft.flush();
  }

  stored(entry: Entry): boolean {
    return this.#thread.stored(entry);
  }

  async older(options?: Abortable): Promise<void> {
    const { id, hub } = this.#room;
    const before = this.#thread.entries[0]?.position;
    if (before === undefined || !this.#thread.hasMore) return;
    const input = { before, limit: PAGE };
    const { entries, hasMore } = await hub.commands.about(id, 'conversation.older', input, options);
    this.#thread.older(entries, hasMore);
    this.#room.changed();
  }

  did(kind: Parameters<ThreadReading['did']>[0]): void {
    this.#activity.did(kind);
  }

  stoppedTyping(): void {
    this.#activity.stopped();
  }

  leave(): void {
    const { hub, id, drafts } = this.#room;
    for (const draft of Object.values(drafts)) void draft.flush();
    const { isTold } = this;
    this.down();
    this.#room.settled(this.#thread.entries);
    // A lock is given back by leaving, also by a connection that has not been told of the viewing.
    if (!isTold && this.#lock.shown.status !== 'mine') return;
    hub.commands
      .about(id, 'conversation.leave', {})
      .catch((error: unknown) => hub.core.log('debug', `Leaving ${id} failed.`, error));
  }

  #read(answer: UpResult<'conversation.open'>, marksAt: number): void {
    const { rows } = this.#parts;
    const { id, drafts } = this.#room;
    const { asOf, row, entries, hasMore, read } = answer;
    this.#reading = false;
    this.#thread.read(entries, hasMore, asOf.seq);
    rows.put(row, asOf.seq);
    rows.putRead(id, read, marksAt);
    for (const draft of Object.values(drafts)) draft.read(answer.drafts);
    for (const event of this.#early.splice(0)) this.event(event);
    this.#room.settled(this.#thread.entries);
    this.#parts.flush();
    this.#autoLock();
  }

  #failed(error: AnyLatchboxError, round: number): void {
    this.#reading = this.isTold = false;
    // Lost with the connection: the next one reads again.
    if (LatchboxError.is(error, 'offline', 'closed')) return;
    if (error.retry !== 'never') {
      this.#room.hub.core.later(TRY_AGAIN, () => {
        if (round === this.#round) this.read();
      });
      return;
    }
    this.#gone = error;
    this.#thread.forget(false);
    this.#room.settled([]);
  }

  /** Once for each time it is opened; when it frees later, the first keystroke takes it. */
  #autoLock(): void {
    const { hub, id, wantsLock } = this.#room;
    const row = this.#parts.rows.get(id);
    if (!wantsLock || !row || (this.#reading && this.#lock.shown.status !== 'free')) return;
    this.#room.wantsLock = false;
    if (hub.inboxSummary(row.inboxId)?.lockOn === 'open') this.#lock.takeIfFree();
  }
}
