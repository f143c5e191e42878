import type { Accounts } from '@latchbox/shared/model/account';
import type { Me } from '@latchbox/shared/model/agent';
import type { ScheduledReply } from '@latchbox/shared/model/scheduled';
import type { Attachment } from '@latchbox/shared/model/attachment';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { InboxCounts } from '@latchbox/shared/realtime/up/inbox-counts';
import type { ServerTime } from './connection/clock.ts';
import type { Auth, ConnectionState } from './connection/states.ts';
import type { Conversation } from './conversation/types.ts';
import type { LogEntry, Timings } from './core.ts';
import type { EventMap, EventName, EventOf } from './events.ts';
import type { Readable } from './lib/readable.ts';
import type { Abortable, Unsubscribe } from './lib/scope.ts';
import type {
  FileLink,
  Mail,
  MailPage,
  MailsOptions,
  Member,
  RequestOptions,
  ScheduleChange,
  UploadOptions,
} from './rest-types.ts';
import type { Runtime } from './runtime.ts';
import type { ConversationList, ListQuery } from './sync/list.ts';
import type { InboxPresence } from './sync/there.ts';
import type { RestRequest, Transport } from './transport.ts';
import type {
  ComposeCheck,
  ComposeInput,
  ComposeTarget,
  Composing,
  FindContactsOptions,
  FoundContact,
} from './writing-first.ts';

export interface LatchboxOptions {
  /** Where the server is. With several, the next one is tried when one is gone. */
  readonly url: string | readonly string[];
  readonly auth: Auth;
  /** `socketIoTransport()` unless given. */
  readonly transport?: Transport;
  /** Parts of the surroundings, for tests and unusual platforms. */
  readonly runtime?: Partial<Runtime>;
  readonly timings?: Partial<Timings>;
  /** Gets what would otherwise go unseen: warnings, and errors that listeners throw. Nothing is logged without it. */
  readonly log?: (entry: LogEntry) => void;
}

/** An inbox, by its id. Inert and cached: safe to ask for while rendering. */
export interface Inbox extends Readable<InboxSummary | null> {
  readonly id: string;
  /** Who is online or away. */
  readonly presence: Readable<InboxPresence>;
  list(query?: Omit<ListQuery, 'inboxIds'>): ConversationList;
  /** Who belongs to it, as it is now. Rejects with `not_found` where this agent may not see it. */
  members(options?: Abortable): Promise<readonly Member[]>;
}

export interface LatchboxClient extends AsyncDisposable {
  readonly connection: Readable<ConnectionState>;
  /** Replies and notes of this session that are on their way, and that were stopped. */
  readonly sync: Readable<{ readonly unsent: number; readonly failed: number }>;
  /** The server's time: what every deadline is in. */
  readonly clock: {
    now(): ServerTime;
    /** Calls `fire` once after `ms`, unless that is taken back or the client closes before. In tests: in the fake server's time. */
    later(ms: number, fire: () => void): Unsubscribe;
  };
  /** The signed-in agent; null before the first connection. */
  readonly me: Readable<Me | null>;
  /** The inboxes that this agent may see. */
  readonly inboxes: Readable<readonly InboxSummary[]>;
  /**
   * Begins to connect, and resolves once connected. Also goes on after `needs-auth`. Rejects with `unauthenticated`,
   * `forbidden`, `client_too_old`, `server_too_old`, `timeout` (it goes on trying), `aborted`, `closed`.
   */
  connect(options?: Abortable): Promise<void>;
  /** Final. Saves drafts, gives locks back, ends the session; whatever still waits rejects with `closed`. */
  close(options?: { readonly signOut?: boolean }): Promise<void>;
  /** A live list. The same query gives the same list; it loads when it is first observed. */
  list(query?: ListQuery): ConversationList;
  inbox(id: string): Inbox;
  /**
   * How many conversations of each inbox are in each view. Read when somebody subscribes, and while somebody does again a
   * little after what changes them: no more often than every five seconds. Empty before.
   */
  readonly counts: Readable<readonly InboxCounts[]>;
  /** What this agent may send from, the preselected one first. Read when somebody subscribes, and on each connection; null before. */
  readonly accounts: Readable<Accounts | null>;
  /** Sets the inbox whose first account is preselected; null: none. Rejects with `forbidden` where this agent may only read. */
  setDefaultInbox(inboxId: string | null): Promise<void>;
  /** Contacts to write to, by the beginning of an address or name; without a text the newest ones. */
  findContacts(text: string, options?: FindContactsOptions): Promise<readonly FoundContact[]>;
  /** What a message would meet: the conversation it continues, and colleagues who are busy with its contact. */
  checkCompose(target: ComposeTarget, options?: Abortable): Promise<ComposeCheck>;
  /**
   * Writes first: begins a conversation, or continues the one that the contact has on this account. Waits for a connection as
   * a reply does, and is stored once however often it is tried. `confirmed` rejects with `lock_held`, `thread_moved_on`,
   * `forbidden`, `not_found`, `invalid`, `idempotency_mismatch`, `too_large`, `not_connected`, `opted_out`,
   * `not_registered`, `timeout`, `closed`.
   */
  compose(message: ComposeInput): Composing;
  /**
   * Uploads a file for a reply or note, which names it by its id; one that nothing takes is deleted after a day. Rejects with
   * `too_large`, `limit`, `offline`, `timeout` (5 minutes), `aborted`.
   */
  upload(file: Blob | Uint8Array, options: UploadOptions): Promise<Attachment>;
  /** Where the bytes of a file are, for some minutes. */
  fileLink(attachmentId: string, options?: Abortable): Promise<FileLink>;
  /** The mail that left this agent's inboxes, the newest first, a page at a time. */
  mails(options?: MailsOptions): Promise<MailPage>;
  mail(id: string, options?: Abortable): Promise<Mail>;
  /** A mail that left, byte for byte. */
  rawMail(id: string, options?: Abortable): Promise<Blob>;
  /** This agent's replies that wait for their time or were stopped, the next one first. `scheduled.changed` tells of changes. */
  scheduled(options?: Abortable): Promise<readonly ScheduledReply[]>;
  /**
   * Changes one of them; one that was stopped waits again. `sendAt: 0` sends it at once. Rejects with `conflict` when it was sent or
   * canceled.
   */
  reschedule(id: string, change: ScheduleChange): Promise<ScheduledReply>;
  /** Cancels one for good. Rejects with `conflict` when it was sent. */
  unschedule(id: string): Promise<ScheduledReply>;
  /**
   * Asks over REST with this client's token, for what it has no function for: `path` as in the OpenAPI document, without `/api/`.
   * `@latchbox/client/admin` has typed functions for what is set up. Rejects with the server's refusal, `offline`, `timeout`, `aborted`.
   */
  request<T>(method: RestRequest['method'], path: string, options?: RequestOptions): Promise<T>;
  /** Inert and cached: safe to ask for while rendering. */
  conversation(id: string): Conversation;
  on<E extends EventName>(event: E, fn: (data: EventMap[E]) => void, options?: Abortable): Unsubscribe;
  events<E extends EventName>(names: readonly E[], options?: Abortable): AsyncIterableIterator<EventOf<E>>;
}
