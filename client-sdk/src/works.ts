import type { ConversationRow } from '@latchbox/shared/model/conversation';
import type { Entry } from '@latchbox/shared/model/entry';
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import type { AcquireOptions, ConversationLock, HeldLock, LockAnswer } from './conversation/lock-state.ts';
import type { Abortable } from './lib/scope.ts';

/**
 * The half of a client that talks to the server and reads what is there, as the other half sees it: conversations, lists and
 * locks can be asked for before it is loaded, and nothing is known until then.
 */
export interface Works {
  row(conversationId: string): ConversationRow | undefined;
  /** Moves this agent's read mark: shown at once. */
  mark(conversationId: string, read: number): Promise<void>;
}

/** What is known of one conversation: its thread, and its row. */
export type Seen = {
  readonly row: ConversationRow | null;
  readonly entries: readonly Entry[];
  readonly hasMore: boolean;
  readonly unread: boolean;
} & (
  | { readonly status: 'idle' | 'loading' | 'ready' }
  | { readonly status: 'gone'; readonly error: AnyLatchboxError }
);

/** Opens, reads and leaves one conversation. */
export interface ThreadReading {
  /** This connection was told that the conversation is viewed. */
  readonly isTold: boolean;
  /** Nothing is missing in the thread, as far as it is viewed. */
  readonly isFresh: boolean;
  /** Position of the newest entry; 0 when nothing is known. */
  readonly newest: number;
  seen(): Seen;
  /** Somebody opened it, for the first time or once more. */
  opened(): void;
  leave(): void;
  /** Puts the entry that a send was answered with into its place. False: that is not reached yet. */
  stored(entry: Entry): boolean;
  older(options?: Abortable): Promise<void>;
  /** Tells the server what the agent does here; throttled. */
  did(kind: 'reply' | 'note' | 'reading'): void;
  /** The composer was emptied, or its text was sent. */
  stoppedTyping(): void;
}

/** The commands that answer a lock that is granted to this session. */
export type Grant = 'lock.acquire' | 'lock.move' | 'lock.acceptOffer' | 'lock.takeOver';

/** What one lock says and does, once there may be a connection. */
export interface LockKeeping extends Pick<ConversationLock, 'stay' | 'release' | 'dismiss' | 'leaveLine'> {
  /** The fence of the lock that is held now. */
  readonly held: number | undefined;
  /** The fence to send under. */
  readonly fence: number | undefined;
  acquire(options?: AcquireOptions): Promise<HeldLock>;
  get(name: Grant, options?: Abortable, note?: string): Promise<HeldLock>;
  ask(note?: string, options?: Abortable): Promise<HeldLock>;
  answer(askId: string, answer: LockAnswer): Promise<void>;
  /** Waits in line until that is over, one way or another. Giving up by the signal gives up the place. */
  wait(signal: AbortSignal): Promise<void>;
  /** The composer is used: keeps what is asked for, takes what is free. */
  typed(kind: 'reply' | 'note'): void;
}

/** Reads the pages of one list. */
export interface ListReading {
  load(): void;
  more(options?: Abortable): Promise<void>;
}
