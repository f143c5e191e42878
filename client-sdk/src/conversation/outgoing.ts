import type { DraftKind } from '@latchbox/shared/model/conversation';
import type { Entry, NoteEntry, ReplyEntry } from '@latchbox/shared/model/entry';
import type { Person } from '@latchbox/shared/model/agent';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import { refuse } from '../lib/refuse.ts';
import type { ServerTime } from '../connection/clock.ts';
import type { Hub } from '../hub.ts';
import type { DraftKeeper } from './draft.ts';
import type { Lock } from './lock.ts';
import type { Thread } from './thread.ts';

/**
 * A reply or note of this session on its way. `stored` is short: until the thread has reached its place. `failed` stays
 * until it is sent again or discarded.
 */
export type OutgoingMessage = {
  readonly clientId: string;
  readonly kind: DraftKind;
  readonly body: string;
  readonly author: Person;
  /** When send was pressed, in server time. */
  readonly at: ServerTime;
  /** Position of the newest entry that was shown when send was pressed. */
  readonly lastSeen: number;
} & (
  | { readonly state: 'sending' | 'stored' }
  | { readonly state: 'failed'; readonly error: AnyLatchboxError }
);

export interface ReplyInput {
  readonly body: string;
  /** `archive` ends the lock and archives once the reply is stored; `stay` (default) keeps an open-mode lock. */
  readonly then?: 'stay' | 'archive';
  /** Of a failed one, to send it again without ever storing it twice; else the SDK makes one. */
  readonly clientId?: string;
}
export interface NoteInput {
  readonly body: string;
  readonly clientId?: string;
}

/** Shown now, stored later. */
export interface Pending<T> {
  readonly clientId: string;
  readonly optimistic: OutgoingMessage;
  /** The entry as stored. Rejects with the refusal; nobody need listen, the failure is in the snapshot too. */
  readonly confirmed: Promise<T>;
}

interface Job {
  message: OutgoingMessage;
  readonly then: 'stay' | 'archive';
  /** The fence it was pressed or last sent under. */
  fence: number | undefined;
  /** That one is of no use any more: a lock must be held to send this. */
  readonly overtaken: boolean;
  running: boolean;
  /** As it is stored, until the thread shows it. */
  entry?: Entry;
  settle: { readonly resolve: (entry: Entry) => void; readonly reject: (error: unknown) => void };
}

export interface OutgoingParts {
  readonly hub: Hub;
  readonly id: string;
  readonly lock: Lock;
  readonly thread: Thread;
  draft(kind: DraftKind): DraftKeeper;
  /** The thread shows everything that happened before this connection was made. */
  isCurrent(): boolean;
  changed(): void;
}

/**
 * What this session sends into one conversation. Replies leave one after the other, notes beside them; both wait for a
 * current thread after a reconnect, and neither ever moves what its author had seen.
 */
export class Outgoing {
  readonly #parts: OutgoingParts;
  readonly #jobs = new Map<string, Job>();
  #shown: readonly OutgoingMessage[] = Object.freeze([]);

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
    parts.hub.core.scope.onEnd(() => {
      for (const job of this.#jobs.values()) job.settle.reject(refuse('closed'));
    });
  }

  get messages(): readonly OutgoingMessage[] {
    return this.#shown;
  }

  reply(input: ReplyInput): Pending<ReplyEntry> {
    const way = { then: input.then ?? 'stay', fence: this.#parts.lock.fence, overtaken: false };
    return this.#send('reply', input, way) as Pending<ReplyEntry>;
  }

  note(input: NoteInput): Pending<NoteEntry> {
    return this.#send('note', input, {
      then: 'stay',
      fence: undefined,
      overtaken: false,
    }) as Pending<NoteEntry>;
  }

  sendAnyway(clientId: string): Pending<Entry> {
    const job = this.#jobs.get(clientId);
    if (job?.message.state !== 'failed') throw refuse('not_found');
    const { error, kind, body, lastSeen } = job.message;
    const overtaken = job.overtaken || LatchboxError.is(error, 'lock_lost', 'lock_required');
    const seen = Math.max(lastSeen, newestWarned(error));
    return this.#send(kind, { body, clientId }, { then: job.then, fence: job.fence, overtaken }, seen);
  }

  discard(clientId: string): void {
    if (this.#jobs.get(clientId)?.message.state !== 'failed') return;
    this.#jobs.delete(clientId);
    this.#publish();
  }

  /** Sends what can be sent now: after anything that it may have waited for. */
  pump(): void {
    this.#letGo();
    let replies = 0;
    for (const job of Array.from(this.#jobs.values())) {
      const { kind, state } = job.message;
      if (state !== 'sending') continue;
      if (kind === 'reply' && (replies += 1) > 1) continue;
      if (!job.running && this.#parts.isCurrent()) void this.#run(job);
    }
  }

  /** The thread grew: what is in it is not on its way any more. */
  arrived(entry: Entry): void {
    if (entry.kind !== 'reply' && entry.kind !== 'note') return;
    const job = this.#jobs.get(entry.clientId);
    if (job === undefined) return;
    const { author, kind, body } = job.message;
    // Another text under an id that was used before is not this one: the server refuses it.
    if (author.id !== entry.author.id || kind !== entry.kind || body !== entry.body) return;
    this.#stored(job, entry);
  }

  #send(
    kind: DraftKind,
    input: NoteInput,
    way: Pick<Job, 'then' | 'fence' | 'overtaken'>,
    lastSeen: number = this.#parts.thread.newest,
  ): Pending<Entry> {
    const { hub } = this.#parts;
    const me = hub.agent();
    const clientId = input.clientId ?? hub.core.newId();
    const { body } = input;
    const author = { id: me?.id ?? '', name: me?.name ?? '' };
    const message: OutgoingMessage = Object.freeze({
      clientId,
      kind,
      body,
      author,
      at: hub.core.clock.now(),
      lastSeen,
      state: 'sending',
    });
    const before = this.#jobs.get(clientId);
    const confirmed = new Promise<Entry>((resolve, reject) => {
      if (hub.core.scope.ended) reject(refuse('closed'));
      else if (before !== undefined && before.message.state !== 'failed') reject(refuse('conflict'));
      else this.#jobs.set(clientId, { ...way, message, running: false, settle: { resolve, reject } });
    });
    confirmed.catch(() => {});
    if (this.#jobs.get(clientId)?.message === message) {
      this.#parts.draft(kind).take(body);
      this.#publish();
      this.pump();
    }
    return { clientId, optimistic: message, confirmed };
  }

  async #run(job: Job): Promise<void> {
    job.running = true;
    try {
      this.#stored(
        job,
        job.message.kind === 'reply' ? await this.#sendReply(job) : await this.#sendNote(job),
      );
    } catch (error) {
      // Lost with the connection: it goes again, as it is, when the thread is current again.
      if (!LatchboxError.is(error, 'offline')) this.#failed(job, error as AnyLatchboxError);
    } finally {
      job.running = false;
      this.pump();
    }
  }

  async #sendReply(job: Job): Promise<Entry> {
    const { hub, id, lock } = this.#parts;
    const { body, clientId, lastSeen } = job.message;
    // A lock taken meanwhile is at least as good: what was seen is checked apart from it.
    const usable = lock.held ?? (job.overtaken ? undefined : (lock.fence ?? job.fence));
    const fence = usable ?? (await lock.acquire()).fence;
    job.fence = fence;
    const input = { conversationId: id, clientId, fence, lastSeen, body, then: job.then };
    return (await hub.commands.call('reply.send', input, { onLoss: 'reject' })).entry;
  }

  async #sendNote(job: Job): Promise<Entry> {
    const { hub, id } = this.#parts;
    const { body, clientId } = job.message;
    return (await hub.commands.call('note.add', { conversationId: id, clientId, body }, { onLoss: 'reject' }))
      .entry;
  }

  #stored(job: Job, entry: Entry): void {
    const { clientId, kind } = job.message;
    if (this.#jobs.get(clientId) !== job) return;
    if (job.entry === undefined) this.#parts.draft(kind).sent();
    job.entry = entry;
    job.message = Object.freeze({ ...job.message, state: 'stored' as const });
    if (!this.#letGo()) this.#publish();
    job.settle.resolve(entry);
  }

  /** What the thread shows needs no place of its own any more. */
  #letGo(): boolean {
    const { thread } = this.#parts;
    const shown = Array.from(this.#jobs.values()).filter(
      ({ entry }) => entry !== undefined && thread.stored(entry),
    );
    for (const { message } of shown) this.#jobs.delete(message.clientId);
    if (shown.length > 0) this.#publish();
    return shown.length > 0;
  }

  #failed(job: Job, error: AnyLatchboxError): void {
    if (this.#jobs.get(job.message.clientId) !== job || job.message.state !== 'sending') return;
    job.message = Object.freeze({ ...job.message, state: 'failed' as const, error });
    this.#parts.draft(job.message.kind).restore(job.message.body);
    this.#publish();
    job.settle.reject(error);
  }

  #publish(): void {
    this.#shown = Object.freeze([...this.#jobs.values()].map(({ message }) => message));
    this.#parts.hub.countSends();
    this.#parts.changed();
  }
}

/** Position of the newest entry that a refused send was warned of. */
function newestWarned(error: AnyLatchboxError): number {
  if (error.code === 'thread_moved_on') return error.details.newest;
  return error.code === 'lock_lost' ? (error.details.entries.at(-1)?.position ?? 0) : 0;
}
