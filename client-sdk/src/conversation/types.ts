import type { ConversationRow, DraftKind } from '@latchbox/shared/model/conversation';
import type { Attachment } from '@latchbox/shared/model/attachment';
import type { Entry, NoteEntry, ReplyEntry } from '@latchbox/shared/model/entry';
import type { LockPeriod } from '@latchbox/shared/model/lock';
import type { ScheduledReply } from '@latchbox/shared/model/scheduled';
import type { Typist, Viewer } from '@latchbox/shared/model/presence';
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import type { Readable } from '../lib/readable.ts';
import type { ServerTime } from '../connection/clock.ts';
import type { Abortable } from '../lib/scope.ts';
import type { HtmlOptions, MailHtml, PreparedReply } from '../rest-types.ts';
import type { Draft } from './draft.ts';
import type { ConversationLock } from './lock-state.ts';
import type { NoteInput, OutgoingMessage, Pending, ReplyInput, ScheduleInput } from './outgoing.ts';

/**
 * A thread as it is shown. `idle`: not opened yet. `loading`: being read, for the first time or afresh. `gone`: not there, or
 * not this agent's to see.
 */
export type ConversationSnapshot = {
  readonly row: ConversationRow | null;
  /** By arrival, without gaps, the newest last. */
  readonly entries: readonly Entry[];
  /** Own replies and notes that are not in `entries` yet. */
  readonly outgoing: readonly OutgoingMessage[];
  /** There are older entries: `older()`. */
  readonly hasMore: boolean;
  readonly unread: boolean;
} & (
  | { readonly status: 'idle' | 'loading' | 'ready' }
  | { readonly status: 'gone'; readonly error: AnyLatchboxError }
);

export interface OpenOptions extends Abortable {
  /** `if-free` (default): in an inbox with `lockOn: open` the lock is taken when the conversation is free. */
  readonly lock?: 'if-free' | 'none';
}

/** Viewing, while not released. Works without `Symbol.dispose` too. */
export interface Lease extends Disposable {
  readonly release: () => void;
}

export interface Conversation extends Readable<ConversationSnapshot> {
  readonly id: string;
  /** Resolves with the first complete snapshot; somebody must `open()`. Rejects with `not_found` or `closed`. */
  readonly ready: Promise<void>;
  readonly lock: ConversationLock;
  /** Who types, without this agent. In a store of its own, because it changes often. */
  readonly typists: Readable<readonly Typist[]>;
  /** Who has it open, one a person, this agent included. */
  readonly viewers: Readable<readonly Viewer[]>;
  draft(kind: DraftKind): Draft;
  /** Starts viewing. Counted; the last release lingers `leaseLinger` ms, so that remounting is free. */
  open(options?: OpenOptions): Lease;
  /**
   * Something was done here: a keystroke, or reading. Call it freely: throttled, and dropped while there is no connection.
   * A keystroke also answers "are you still working?" and takes a free lock.
   */
  activity(kind: DraftKind | 'reading'): void;
  /** What was last seen is what is shown when this is called. While there is no connection it waits. */
  reply(input: ReplyInput): Pending<ReplyEntry>;
  /** Keeps a reply to be sent at a time, by the server; needs no lock now. What is shown now counts as seen. */
  schedule(input: ScheduleInput): Promise<ScheduledReply>;
  /** What waits here for its time or was stopped, of everybody. */
  scheduled(options?: Abortable): Promise<readonly ScheduledReply[]>;
  note(input: NoteInput): Pending<NoteEntry>;
  /** After `thread_moved_on` or `lock_lost`: the same text under the same id, with the warning's entries seen. */
  sendAnyway(clientId: string): Pending<Entry>;
  /** Forgets a failed reply or note. */
  discard(clientId: string): void;
  /** To an agent, or to nobody. `teamId`: the team that answers for it; left out it stays, or goes with an agent that is cleared. */
  assign(agentId: string | null, teamId?: string | null): Promise<void>;
  setStatus(status: 'open' | 'archived'): Promise<void>;
  /** Out of the way until then (at least a second, at most two years ahead), or until the customer writes. Needs no lock. */
  snooze(until: ServerTime): Promise<void>;
  /**
   * Sends the reply at this position again, whose delivery failed for good or is held since a restore. Rejects with `conflict` in
   * another state.
   */
  retry(position: number): Promise<void>;
  /** Decides that the held reply at this position is not sent; `retry` still sends it. Rejects with `conflict` in another state. */
  drop(position: number): Promise<void>;
  /**
   * Takes the own reply at this position back before it leaves: its text is in the draft again, and the copies of its files that this
   * resolves with can be sent again. Rejects with `conflict` when it has left.
   */
  undo(position: number): Promise<readonly Attachment[]>;
  /** From which addresses, to whom and under which signature a reply would leave. `position`: of the message to be answered. */
  prepareReply(position?: number, options?: Abortable): Promise<PreparedReply>;
  /** Everything that is shown counts as read. */
  markRead(): Promise<void>;
  markUnread(): Promise<void>;
  /** Adds older entries to the snapshot. */
  older(options?: Abortable): Promise<void>;
  /** The newest other conversations of the same contact, in the inboxes that this agent may see; 50 at most. */
  earlier(options?: Abortable): Promise<readonly ConversationRow[]>;
  /**
   * The HTML of the mail at this position, sanitised: for a frame without scripts. Images of other servers are left out and
   * counted, unless they are asked for. Rejects with `not_found` where there is none.
   */
  html(position: number, options?: HtmlOptions): Promise<MailHtml>;
  /** The mail of a message or reply, byte for byte as it came or left. */
  rawMail(position: number, options?: Abortable): Promise<Blob>;
  /** Who held the lock when, newest first. */
  history(options?: Abortable): Promise<readonly LockPeriod[]>;
  /** The same as a CSV file, for people who keep records. */
  historyCsv(options?: Abortable): Promise<Blob>;
}
