/** What messaging offers to sockets, REST and channels. */
import type { Cursor, Forward, ReplyEntry, NoteEntry, UpInput, UpResult, Recipients } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import type { EntryExtra } from '../database/entries.ts';
import type { Holder } from '../collaboration/holder.ts';

/** Who writes without holding a lock: an API key's agent, a system actor, a scheduled send. */
export interface Author {
  readonly agentId: string;
  readonly agentName: string;
}

/** How a mail is addressed, as its author says it. */
export interface Addressed {
  readonly recipients?: Recipients | 'all' | undefined;
  readonly from?: string | undefined;
  readonly forward?: Forward | undefined;
}

export interface SendInput extends Addressed {
  readonly conversationId: string;
  readonly clientId: string;
  readonly lastSeen: number;
  readonly body: string;
  /** Ids of files that the author uploaded and nothing took yet. */
  readonly attachments?: readonly string[] | undefined;
  /** Whether it waits a moment, so that its author can take it back; by default under a held lock. */
  readonly undo?: boolean | undefined;
  readonly then: 'stay' | 'archive';
}

export interface Stored<E> {
  readonly entry: E;
  readonly asOf: Cursor;
}

/**
 * What a job writes in the transaction that stores its reply, last of all: both are there or neither. What it throws stores nothing. The
 * author's draft stays: the text is not from there.
 */
export type Job = (tx: Tx, stored: { readonly position: number }) => Promise<void>;

/** The one door through which a reply is stored (law 2). */
export interface SendDoor {
  /** Under a lock: throws `lock_lost`, `lock_required`, `thread_moved_on`, `idempotency_mismatch`, `forbidden`, `not_found`. */
  send(holder: Holder, input: SendInput & { fence: number }): Promise<Stored<ReplyEntry>>;
  /**
   * Without a held lock: uses the author's own open epoch, or mints and ends one (`one_shot`). Throws `lock_held` when
   * somebody else holds the conversation. `lastSeen` undefined: not checked (the caller never saw a thread).
   *
   * The door of jobs (L8). A job keeps its client id with what it is to do, so that whoever runs it again after a crash stores
   * nothing twice; a refused one has not used its id up.
   */
  sendOnce(
    author: Author,
    input: Omit<SendInput, 'lastSeen'> & { lastSeen: number | undefined; job?: Job | undefined },
  ): Promise<Stored<ReplyEntry>>;
}

/** A message a channel brought in. The same `providerId` in the same inbox twice is stored once. */
export interface InboundMessage {
  readonly inboxId: string;
  readonly channel: 'simulator' | 'email' | 'sms';
  readonly providerId: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly body: string;
  /** The conversation it continues, as the channel found it; null: a new one. */
  readonly conversationId: string | null;
  /** Looks inside the transaction, instead of `conversationId`, where another message may come in between. */
  readonly find?: ((tx: Tx) => Promise<Continues>) | undefined;
  /** Stores what the channel keeps of the message, in its transaction. */
  readonly keep?: ((tx: Tx, place: KeptPlace) => Promise<void>) | undefined;
  /** Writes down, in the same transaction, that it was dealt with; also when it was stored before. */
  readonly mark?: ((tx: Tx, received: Received) => Promise<void>) | undefined;
  /** Written by a machine: it neither reopens the conversation nor makes it unread (RFC 3834). */
  readonly automatic?: boolean | undefined;
}

/** What a message continues (null: nothing, it begins a conversation), and what its entry has besides its text. */
export interface Continues {
  readonly conversationId: string | null;
  /** The inbox of the conversation, where it may be another one than the message came to. */
  readonly inboxId?: string | undefined;
  /** Into which inbox it moves with this message (A1). */
  readonly moveTo?: string | undefined;
  /** The same message stands there already, by another way: nothing is added. */
  readonly twin?: { readonly conversationId: string; readonly position: number } | undefined;
  readonly extra: EntryExtra;
  /** Nothing answers it by itself: it asks for that, is old, or nobody knows whose it is. */
  readonly unanswerable?: boolean | undefined;
}

/** Where a message was stored. */
export interface KeptPlace {
  readonly conversationId: string;
  readonly position: number;
  readonly inboxId: string;
}
export interface Received {
  readonly conversationId: string;
  readonly position: number;
  readonly duplicate: boolean;
}

/** Replies for later. */
export interface Scheduling {
  /** Throws `forbidden`, `not_found`, `invalid`, `idempotency_mismatch`. */
  schedule(author: Author, input: UpInput<'reply.schedule'>): Promise<UpResult<'reply.schedule'>>;
  /** Mine, or those of a conversation. Throws `not_found`. */
  scheduled(author: Author, input: UpInput<'reply.scheduled'>): Promise<UpResult<'reply.scheduled'>>;
  /** Throws `not_found` for one that is not mine, `conflict`. */
  reschedule(author: Author, input: UpInput<'reply.reschedule'>): Promise<UpResult<'reply.reschedule'>>;
  unschedule(author: Author, input: UpInput<'reply.unschedule'>): Promise<UpResult<'reply.unschedule'>>;
}

export interface Messaging extends Scheduling {
  receive(message: InboundMessage): Promise<Received>;
  addNote(author: Author, input: UpInput<'note.add'>): Promise<Stored<NoteEntry>>;
  assign(author: Author, input: UpInput<'conversation.assign'>): Promise<void>;
  setStatus(author: Author, input: UpInput<'conversation.status'>): Promise<void>;
  snooze(author: Author, input: UpInput<'conversation.snooze'>): Promise<void>;
  mark(author: Author, input: UpInput<'conversation.mark'>): Promise<void>;
  /** Sends a reply on its way again whose delivery failed for good, or that is held. Throws `conflict`. */
  retry(author: Author, input: UpInput<'reply.retry'>): Promise<void>;
  /** Decides that a held reply is not sent. Throws `conflict`. */
  drop(author: Author, input: UpInput<'reply.drop'>): Promise<void>;
  /** Takes a reply back before it leaves. Throws `conflict`, `forbidden`. */
  undo(author: Author, input: UpInput<'reply.undo'>): Promise<UpResult<'reply.undo'>>;
  /** What a composer offers. */
  prepare(author: Author, input: UpInput<'reply.prepare'>): Promise<UpResult<'reply.prepare'>>;
  saveDraft(author: Author, input: UpInput<'draft.save'>): Promise<UpResult<'draft.save'>>;
  list(agentId: string, input: UpInput<'conversation.list'>): Promise<UpResult<'conversation.list'>>;
  /** The thread without who is there: the gateway adds viewers and typists. */
  open(
    agentId: string,
    input: Pick<UpInput<'conversation.open'>, 'conversationId' | 'limit'>,
  ): Promise<Omit<UpResult<'conversation.open'>, 'viewers' | 'typists'>>;
  older(agentId: string, input: UpInput<'conversation.older'>): Promise<UpResult<'conversation.older'>>;
  /** Other conversations of the same contact. */
  earlier(agentId: string, input: UpInput<'conversation.earlier'>): Promise<UpResult<'conversation.earlier'>>;
  counts(agentId: string): Promise<UpResult<'inbox.counts'>>;
}
