import type { ConversationRow } from '@latchbox/shared/model/conversation';
import type { Entry } from '@latchbox/shared/model/entry';
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
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

/** Reads the pages of one list. */
export interface ListReading {
  load(): void;
  more(options?: Abortable): Promise<void>;
}
