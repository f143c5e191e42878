import type { DraftKind } from '@latchbox/shared/model/conversation';
import type { Forward } from '@latchbox/shared/model/forward';
import type { Recipients } from '@latchbox/shared/model/recipients';
import type { Entry } from '@latchbox/shared/model/entry';
import type { Person } from '@latchbox/shared/model/agent';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import { refuse } from '../lib/refuse.ts';
import type { ServerTime } from '../connection/clock.ts';
import { freeze } from '../lib/plain.ts';
import type { Room } from './room.ts';

/**
 * A reply or note of this session on its way. `stored` is short: until the thread has reached its place. `failed` stays
 * until it is sent again or discarded.
 */
export type OutgoingMessage = {
  readonly clientId: string;
  readonly kind: DraftKind;
  readonly body: string;
  /** Ids of uploaded files that go with it. */
  readonly attachments?: readonly string[] | undefined;
  readonly author: Person;
  /** When send was pressed, in server time. */
  readonly at: ServerTime;
  /** Position of the newest entry that was shown when send was pressed. */
  readonly lastSeen: number;
} & (
  | { readonly state: 'sending' | 'stored' }
  | { readonly state: 'failed'; readonly error: AnyLatchboxError }
);

/** How a reply by mail is addressed. */
export interface Addressed {
  /** `all`: everybody of the newest mail, without addresses of the team. Left out: the contact. */
  readonly recipients?: Recipients | 'all' | undefined;
  /** Another address of the inbox to send from. */
  readonly from?: string | undefined;
  /** Passes this entry on, with its files but those `without`; needs `recipients`, and then `body` may be empty. */
  readonly forward?: Forward | undefined;
}

export interface ReplyInput extends Addressed {
  readonly body: string;
  /** Ids of files that this agent uploaded for it: `client.upload()`. */
  readonly attachments?: readonly string[] | undefined;
  /** `archive` ends the lock and archives once the reply is stored; `stay` (default) keeps an open-mode lock. */
  readonly then?: 'stay' | 'archive';
  /** Of a failed one, to send it again without ever storing it twice; else the SDK makes one. */
  readonly clientId?: string;
}
export interface ScheduleInput extends ReplyInput {
  /** In server time (`client.clock`); in the past: at once. */
  readonly sendAt: ServerTime;
}
export interface NoteInput {
  readonly body: string;
  readonly attachments?: readonly string[] | undefined;
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
  readonly addressed: Addressed;
  /** The fence it was pressed or last sent under. */
  fence: number | undefined;
  /** That one is of no use any more: a lock must be held to send this. */
  readonly overtaken: boolean;
  running?: boolean;
  /** As it is stored, until the thread shows it. */
  entry?: Entry;
  resolve(entry: Entry): void;
  reject(error: unknown): void;
}

/**
 * What this session sends into one conversation. Replies leave one after the other, notes beside them; both wait for a
 * current thread after a reconnect, and neither ever moves what its author had seen.
 */
export class Outgoing {
  messages: readonly OutgoingMessage[] = [];
  readonly #room: Room;
  readonly #jobs = new Map<string, Job>();

  constructor(room: Room) {
    this.#room = room;
    room.hub.core.scope.onEnd(() => {
      for (const job of this.#jobs.values()) job.reject(refuse('closed'));
    });
  }

  send(
    kind: DraftKind,
    { body, attachments, then = 'stay', clientId = this.#room.hub.core.newId(), ...addressed }: ReplyInput,
    lastSeen: number = this.#room.reader?.newest ?? 0,
    { fence, overtaken }: Pick<Job, 'fence' | 'overtaken'> = {
      fence: this.#room.lock.fence,
      overtaken: false,
    },
  ): Pending<Entry> {
    const { core, greeting } = this.#room.hub;
    const { id = '', name = '' } = greeting?.me ?? {};
    const message: OutgoingMessage = freeze({
      clientId,
      kind,
      body,
      ...(attachments && { attachments: [...attachments] }),
      author: { id, name },
      at: core.clock.now(),
      lastSeen,
      state: 'sending',
    });
    const confirmed = new Promise<Entry>((resolve, reject) => {
      const { state = 'failed' } = this.#jobs.get(clientId)?.message ?? {};
      if (core.scope.ended || state !== 'failed')
        return reject(refuse(core.scope.ended ? 'closed' : 'conflict'));
      this.#jobs.set(clientId, { message, then, addressed, fence, overtaken, resolve, reject });
      this.#room.drafts[kind].take(body);
      this.#publish();
      this.pump();
    });
    confirmed.catch(() => {});
    return { clientId, optimistic: message, confirmed };
  }

  sendAnyway(clientId: string): Pending<Entry> {
    const job = this.#jobs.get(clientId);
    if (job?.message.state !== 'failed') throw refuse('not_found');
    const { error, kind, body, attachments, lastSeen } = job.message;
    const overtaken = job.overtaken || LatchboxError.is(error, 'lock_lost', 'lock_required');
    const seen = Math.max(lastSeen, newestWarned(error));
    return this.send(kind, { body, attachments, clientId, then: job.then, ...job.addressed }, seen, {
      fence: job.fence,
      overtaken,
    });
  }

  discard(clientId: string): void {
    if (this.#jobs.get(clientId)?.message.state !== 'failed') return;
    this.#jobs.delete(clientId);
    this.#publish();
  }

  /** How many texts are in this state. */
  count(state: OutgoingMessage['state']): number {
    return this.messages.filter((message) => message.state === state).length;
  }

  /** Sends what can be sent now: after anything that it may have waited for. */
  pump(): void {
    this.#letGo();
    // Not before the thread shows everything that happened before this connection was made.
    const isCurrent = this.#room.hub.line === 'up' && this.#room.reader?.isFresh === true;
    const sending = [...this.#jobs.values()].filter(({ message }) => message.state === 'sending');
    const first = sending.find(({ message }) => message.kind === 'reply');
    for (const job of sending) {
      const isNext = job === first || job.message.kind === 'note';
      if (isNext && !job.running && isCurrent) void this.#run(job);
    }
  }

  /** The thread grew: what is in it is not on its way any more. */
  arrived(entry: Entry): void {
    if (entry.kind !== 'reply' && entry.kind !== 'note') return;
    const job = this.#jobs.get(entry.clientId);
    if (!job) return;
    const { author, kind, body } = job.message;
    // Another text under an id that was used before is not this one: the server refuses it.
    if (author.id === entry.author.id && kind === entry.kind && body === entry.body) this.#stored(job, entry);
  }

  async #run(job: Job): Promise<void> {
    job.running = true;
    try {
      this.#stored(job, await this.#say(job));
    } catch (error) {
      // Lost with the connection: it goes again, as it is, when the thread is current again.
      if (!LatchboxError.is(error, 'offline')) this.#failed(job, error as AnyLatchboxError);
    } finally {
      job.running = false;
      this.pump();
    }
  }

  async #say(job: Job): Promise<Entry> {
    const { hub, id, lock } = this.#room;
    const { kind, body, attachments, clientId, lastSeen } = job.message;
    const said = { clientId, body, ...(attachments && { attachments: [...attachments] }) };
    const options = { onLoss: 'reject' } as const;
    if (kind === 'note') return (await hub.commands.about(id, 'note.add', said, options)).entry;
    // A lock taken meanwhile is at least as good: what was seen is checked apart from it.
    const usable = lock.held ?? (job.overtaken ? undefined : (lock.fence ?? job.fence));
    const fence = (job.fence = usable ?? (await lock.acquire()).fence);
    const input = { ...said, ...job.addressed, fence, lastSeen, then: job.then };
    return (await hub.commands.about(id, 'reply.send', input, options)).entry;
  }

  #stored(job: Job, entry: Entry): void {
    const { clientId, kind } = job.message;
    if (this.#jobs.get(clientId) !== job) return;
    if (!job.entry) this.#room.drafts[kind].sent();
    job.entry = entry;
    job.message = { ...job.message, state: 'stored' };
    this.#letGo();
    this.#publish();
    job.resolve(entry);
  }

  /** What the thread shows needs no place of its own any more. */
  #letGo(): void {
    const before = this.#jobs.size;
    for (const [clientId, { entry }] of this.#jobs) {
      if (entry && this.#room.reader?.stored(entry)) this.#jobs.delete(clientId);
    }
    if (this.#jobs.size < before) this.#publish();
  }

  #failed(job: Job, error: AnyLatchboxError): void {
    const { clientId, kind, body, state } = job.message;
    if (this.#jobs.get(clientId) !== job || state !== 'sending') return;
    job.message = { ...job.message, state: 'failed', error };
    this.#room.drafts[kind].restore(body);
    this.#publish();
    job.reject(error);
  }

  #publish(): void {
    this.messages = [...this.#jobs.values()].map(({ message }) => message);
    this.#room.hub.countSends();
    this.#room.changed();
  }
}

/** Position of the newest entry that a refused send was warned of. */
function newestWarned(error: AnyLatchboxError): number {
  if (error.code === 'thread_moved_on') return error.details.newest;
  return error.code === 'lock_lost' ? (error.details.entries.at(-1)?.position ?? 0) : 0;
}
