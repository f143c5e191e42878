// affordances.d.ts
export declare function composerAffordances(lock: LockState, connection: ConnectionState): ComposerAffordances;

// affordances.d.ts
export interface ComposerAffordances {
    readonly composer: 'editable' | 'read-only';
    /** `when-granted`: pressing waits for the lock. `queued`: pressing waits for the connection. */
    readonly send: 'on' | 'when-granted' | 'queued' | 'off';
    /** `local`: kept here, saved when that is possible again. */
    readonly autosave: 'on' | 'local' | 'off';
    readonly banner: null | 'checking' | 'reconnecting' | 'still-working' | 'asked-for' | 'handing-over' | 'elsewhere' | 'theirs' | 'reserved' | 'offered' | 'lost';
    /** The buttons that make sense now, the most likely one first: call `conversation.lock[action]()`. */
    readonly actions: readonly LockAction[];
    /** What can be answered to each of `lock.asks`: `conversation.lock.answer(ask.id, answer)`. Empty while nobody asks. */
    readonly answers: readonly LockAnswer[];
    /** `lock.lock.handOver(…)` makes sense now: to a colleague, or with `null` to withdraw what is offered. */
    readonly mayHandOver: boolean;
}

// affordances.d.ts
export type LockAction = 'stay' | 'release' | 'moveHere' | 'acquire' | 'dismiss' | 'join' | 'leaveLine' | 'ask' | 'takeOver' | 'acceptOffer';

// client.d.ts
export interface Inbox extends Readable<InboxSummary | null> {
    readonly id: string;
    /** Who is online or away. */
    readonly presence: Readable<InboxPresence>;
    list(query?: Omit<ListQuery, 'inboxIds'>): ConversationList;
    /** Who belongs to it, as it is now. Rejects with `not_found` where this agent may not see it. */
    members(options?: Abortable): Promise<readonly Member[]>;
}

// client.d.ts
export interface LatchboxClient extends AsyncDisposable {
    readonly connection: Readable<ConnectionState>;
    /** Replies and notes of this session that are on their way, and that were stopped. */
    readonly sync: Readable<{
        readonly unsent: number;
        readonly failed: number;
    }>;
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
    close(options?: {
        readonly signOut?: boolean;
    }): Promise<void>;
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

// client.d.ts
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

// connection/clock.d.ts
export type ServerTime = number;

// connection/states.d.ts
export type Auth = (why: 'first' | 'expired', options: {
    readonly signal: AbortSignal;
}) => Promise<string>;

// connection/states.d.ts
export type ConnectionState = {
    readonly name: 'idle';
} | {
    readonly name: 'connecting';
    readonly attempt: number;
    readonly error?: AnyLatchboxError;
} | {
    readonly name: 'connected';
    readonly sessionId: string;
    readonly resumed: boolean;
} | {
    readonly name: 'reconnecting';
    readonly attempt: number;
    /** Gone for longer than `timings.slowAfter`: worth a word to people. */
    readonly slow: boolean;
    readonly error: AnyLatchboxError;
} | {
    readonly name: 'needs-auth';
    readonly error: LatchboxError<'unauthenticated'> | LatchboxError<'forbidden'>;
} | {
    readonly name: 'outdated';
    readonly error: LatchboxError<'client_too_old'> | LatchboxError<'server_too_old'>;
} | {
    readonly name: 'closed';
};

// conversation/draft.d.ts
export interface Draft extends Readable<DraftSnapshot> {
    /** Changes the text; it is saved by itself a little later. An empty text deletes the draft. */
    set(body: string): void;
    /** Saves now what is unsaved. Resolves when it is saved or cannot be now; look at the snapshot. */
    flush(): Promise<void>;
    /** Ends a conflict: with the newer text of the server, or with the text here. */
    resolve(keep: 'newer' | 'mine'): void;
}

// conversation/draft.d.ts
export type DraftSnapshot = {
    readonly body: string;
} & ({
    readonly status: 'saved';
    readonly savedAt: ServerTime | null;
} | {
    readonly status: 'unsaved';
} | {
    readonly status: 'conflict';
    readonly newer: string;
} | {
    readonly status: 'refused';
    readonly error: AnyLatchboxError;
});

// conversation/lock-state.d.ts
export interface AcquireOptions extends Abortable {
    /**
     * What to do when somebody else holds it, or it is offered to somebody else. `fail` (default) rejects with `lock_held`. `queue` waits
     * in line and takes it when it is this agent's turn, over reconnects too: give it a signal. Rejects with `lock_held` once the place is
     * given up elsewhere. `steal` takes it over where the inbox allows that, else rejects with `forbidden`.
     */
    readonly whenHeld?: 'fail' | 'queue' | 'steal';
    /** For `steal`: what the holder is told. */
    readonly note?: string;
}

// conversation/lock-state.d.ts
export interface ConversationLock extends Readable<LockState> {
    /**
     * Resolves once granted; at once when it is mine already. Rejects with `lock_held`, `lock_elsewhere`, `forbidden`,
     * `limit`, `coordination_unavailable`, `not_found`, `offline`, `timeout`, `aborted`.
     */
    acquire(options?: AcquireOptions): Promise<HeldLock>;
    /**
     * Takes it over from another tab or device of the same agent, where it becomes `mine-elsewhere`. Resolves at once when it is mine here
     * already. Rejects with `lock_required` when nobody holds it, with `lock_held` when somebody else does.
     */
    moveHere(options?: Abortable): Promise<HeldLock>;
    /** Acquires, works, releases, whatever happens. */
    run<R>(work: (lock: HeldLock) => Promise<R>, options?: AcquireOptions): Promise<R>;
    /**
     * "Tell me when it is free": a place in the waiting line, whether the conversation is open here or not. When it is this agent's turn
     * the state is `offered`, and the event `lock.offered` says so. Joining again keeps the place. What it answers gives the place up
     * again, when everybody here who joined has. A refusal is told by the event `error`.
     */
    join(): Unsubscribe;
    /** Gives up the place in line, declines what is offered to me, and takes back what I asked the holder for: in every tab. */
    leaveLine(): Promise<void>;
    /**
     * Takes what is offered to me: my turn in line, or a hand-over, whose draft comes along. Rejects with `lock_held` or `lock_required`
     * when the offer is over, with `conflict` when another tab of mine was quicker.
     */
    acceptOffer(options?: Abortable): Promise<HeldLock>;
    /**
     * Asks the holder to pass it on, and resolves when this session has it: passed on with the draft, or because the holder did nothing
     * until the deadline, or because it came free meanwhile. Rejects with `lock_held` when they keep it (typing on does) or somebody else
     * gets it, `lock_required` when nobody holds it, `not_found` when the inbox is not to be seen any more, `lock_elsewhere`, `forbidden`,
     * `server_too_old`, `timeout`, `aborted`. Giving up by the signal takes the question back.
     */
    ask(note?: string, options?: Abortable): Promise<HeldLock>;
    /**
     * Answers a colleague who asks. `pass`: lock and draft are theirs. `keep`: the question is withdrawn. Rejects with `conflict` when the
     * question is over or the colleague has gone, with `lock_lost`, `lock_required`, `server_too_old`, `offline`, `timeout`.
     */
    answer(askId: string, answer: LockAnswer): Promise<void>;
    /**
     * Takes it away from its holder, who is told by whom and keeps the draft (L13). Rejects with `forbidden` where the inbox does not allow
     * it, `lock_required` when nobody holds it: acquire it. From another tab of mine it is moved.
     */
    takeOver(note?: string, options?: Abortable): Promise<HeldLock>;
    /** "Yes, still working." Acknowledged by the server, and repeated when the connection is lost meanwhile. */
    stay(): void;
    /** Gives it back; during "are you still working?" this is the "no". No-op when not mine. */
    release(): Promise<void>;
    /** Forgets `lost`. */
    dismiss(): void;
}

// conversation/lock-state.d.ts
export interface HeldLock extends AsyncDisposable {
    readonly fence: Fence;
    /** Aborts with `lock_lost` the moment it is not mine any more: hand it to whatever works under the lock. */
    readonly signal: AbortSignal;
    /**
     * Passes lock and reply draft to a colleague; what is unsaved of the draft is saved first. `passed`: done, and nobody could come
     * between. `offered`: they are not there (or would lose another conversation by it) and may take it until `until`; it stays mine until
     * then. `null` withdraws such an offer. Rejects with `not_found` (may not reply here), `conflict` (oneself), `lock_lost`,
     * `server_too_old`, `offline`, `timeout`.
     */
    handOver(agentId: string | null, note?: string): Promise<HandedOver>;
    /** Gives it back. No-op when it is not mine any more. */
    release(): Promise<void>;
}

// conversation/lock-state.d.ts
export type Fence = number & {
    readonly [fence]: true;
};

// conversation/lock-state.d.ts
export type LockAnswer = 'pass' | 'keep';

// conversation/lock-state.d.ts
export type LockState = {
    readonly stale: boolean;
    /** Who waits for it, first come first; without the one it is offered to. */
    readonly queue: readonly Person[];
    /** This agent's place in `queue`, counted from 1; null: not waiting. */
    readonly place: number | null;
} & ({
    readonly status: 'unknown' | 'free' | 'requesting';
} | {
    readonly status: 'mine';
    readonly lock: HeldLock;
    readonly since: ServerTime;
    readonly idle: IdleState;
    /** It could not be renewed, or the connection is gone for long. Sending still works: the fence decides. */
    readonly uncertain: boolean;
    /** Colleagues who ask for it, the oldest first: `answer(ask.id, …)`. Who has not answered by `deadline` loses it to the first. */
    readonly asks: readonly LockAsk[];
    /** Offered to a colleague who is not there; mine until they take it. */
    readonly handOver: HandOverOffer | null;
} | {
    readonly status: 'mine-elsewhere';
    readonly since: ServerTime;
    readonly device: string;
    readonly idle: IdleState;
} | {
    readonly status: 'theirs';
    readonly since: ServerTime;
    readonly holder: Person;
    readonly idle: IdleState;
    /** Set while the holder's connection is gone: until when the lock is kept for them. */
    readonly goneUntil: ServerTime | null;
    /** My own open question to the holder, and until when they may answer. */
    readonly asked: {
        readonly deadline: ServerTime;
    } | null;
    /** This agent may take it away from the holder. */
    readonly mayTakeOver: boolean;
    /** The holder passes it on to somebody else who is not there. */
    readonly handOver: HandOverOffer | null;
}
/** Free, and offered to a colleague who waited for it. `mayTakeOver`: this agent may take it all the same. */
 | {
    readonly status: 'reserved';
    readonly for: Person;
    readonly until: ServerTime;
    readonly mayTakeOver: boolean;
}
/** Mine to take until then. `from`: the colleague who hands it over; null: it is my turn in the waiting line. */
 | {
    readonly status: 'offered';
    readonly until: ServerTime;
    readonly from: Person | null;
    readonly note: string;
} | {
    readonly status: 'lost';
    readonly reason: LockEndReason;
    readonly now: 'free' | {
        readonly holder: Person;
    };
    /** While it is `free`: the colleague it is offered to, so that nobody else gets it now. */
    readonly offeredTo: Person | null;
    /** Who ended it, where that was a colleague (`taken_over`), and what they said along with it. */
    readonly by: Person | null;
    readonly note: string;
});

// conversation/outgoing.d.ts
export interface Addressed {
    /** `all`: everybody of the newest mail, without addresses of the team. Left out: the contact. */
    readonly recipients?: Recipients | 'all' | undefined;
    /** Another address of the inbox to send from. */
    readonly from?: string | undefined;
    /** Passes this entry on, with its files but those `without`; needs `recipients`, and then `body` may be empty. */
    readonly forward?: Forward | undefined;
}

// conversation/outgoing.d.ts
export interface NoteInput {
    readonly body: string;
    readonly attachments?: readonly string[] | undefined;
    readonly clientId?: string;
}

// conversation/outgoing.d.ts
export interface Pending<T> {
    readonly clientId: string;
    readonly optimistic: OutgoingMessage;
    /** The entry as stored. Rejects with the refusal; nobody need listen, the failure is in the snapshot too. */
    readonly confirmed: Promise<T>;
}

// conversation/outgoing.d.ts
export interface ReplyInput extends Addressed {
    readonly body: string;
    /** Ids of files that this agent uploaded for it: `client.upload()`. */
    readonly attachments?: readonly string[] | undefined;
    /** `archive` ends the lock and archives once the reply is stored; `stay` (default) keeps an open-mode lock. */
    readonly then?: 'stay' | 'archive';
    /** Of a failed one, to send it again without ever storing it twice; else the SDK makes one. */
    readonly clientId?: string;
}

// conversation/outgoing.d.ts
export interface ScheduleInput extends ReplyInput {
    /** In server time (`client.clock`); in the past: at once. */
    readonly sendAt: ServerTime;
}

// conversation/outgoing.d.ts
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
} & ({
    readonly state: 'sending' | 'stored';
} | {
    readonly state: 'failed';
    readonly error: AnyLatchboxError;
});

// conversation/types.d.ts
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

// conversation/types.d.ts
export interface Lease extends Disposable {
    readonly release: () => void;
}

// conversation/types.d.ts
export interface OpenOptions extends Abortable {
    /** `if-free` (default): in an inbox with `lockOn: open` the lock is taken when the conversation is free. */
    readonly lock?: 'if-free' | 'none';
}

// conversation/types.d.ts
export type ConversationSnapshot = {
    readonly row: ConversationRow | null;
    /** By arrival, without gaps, the newest last. */
    readonly entries: readonly Entry[];
    /** Own replies and notes that are not in `entries` yet. */
    readonly outgoing: readonly OutgoingMessage[];
    /** There are older entries: `older()`. */
    readonly hasMore: boolean;
    readonly unread: boolean;
} & ({
    readonly status: 'idle' | 'loading' | 'ready';
} | {
    readonly status: 'gone';
    readonly error: AnyLatchboxError;
});

// core.d.ts
export declare const DEFAULT_TIMINGS: Timings;

// core.d.ts
export interface LogEntry {
    readonly level: 'debug' | 'warn' | 'error';
    readonly message: string;
    readonly data?: unknown;
}

// core.d.ts
export interface Timings {
    /** A connection that is gone for longer is told to people. */
    readonly slowAfter: number;
    /** How long the server has to answer a command. */
    readonly ackTimeout: number;
    /** How long `connect()` waits before it gives up waiting; the client goes on trying. */
    readonly connectTimeout: number;
    /** How long a conversation stays open after its last lease was released. */
    readonly leaseLinger: number;
    /** How long a draft rests before it is saved. */
    readonly draftDelay: number;
}

// create.d.ts
export declare function createLatchbox(options: LatchboxOptions): LatchboxClient;

// events.d.ts
export interface EventMap {
    /** Every durable event, applied already; per stream exactly one after the other. */
    event: StreamEvent;
    /** Track was lost of what happened, or of what may be seen: everything is being read afresh. */
    resync: Record<never, never>;
    'entry.added': {
        readonly conversationId: string;
        readonly inboxId: string;
        readonly entry: Entry;
    };
    /** A lock of this session ended without being given back. */
    'lock.lost': {
        readonly conversationId: string;
        readonly reason: LockEndReason;
        readonly now: 'free' | {
            readonly holder: Person;
        };
        /** Who ended it, where that was a colleague, and what they said along with it. */
        readonly by: Person | null;
        readonly note: string;
    };
    /** A lock came to this session from a colleague, or by the waiting line: whether its conversation is open here or not. */
    'lock.received': LockReceived;
    /** A lock can be taken until then: `lock.acceptOffer()`. `from`: who hands it over; null: it is my turn in the waiting line. */
    'lock.offered': {
        readonly conversationId: string;
        readonly until: ServerTime;
        readonly from: Person | null;
        readonly note: string;
    };
    /** A colleague asks for a lock of this session: `lock.answer(ask.id, …)`, or type on, which keeps it. */
    'lock.asked': {
        readonly conversationId: string;
        readonly ask: LockAsk;
    };
    /** "Are you still working?" — answer by `lock.stay()`, by typing, or by `lock.release()`. */
    'idle.asked': {
        readonly conversationId: string;
        readonly deadline: ServerTime;
    };
    /** A scheduled reply of this agent was made, changed, sent, or stopped and has to be looked at. */
    'scheduled.changed': {
        readonly scheduled: ScheduledReply;
    };
    'inbox.visible': {
        readonly inboxId: string;
    };
    'inbox.hidden': {
        readonly inboxId: string;
    };
    /** Something that the client did by itself was refused. */
    error: {
        readonly during: string;
        readonly conversationId?: string;
        readonly error: AnyLatchboxError;
    };
}

// events.d.ts
export interface LockReceived {
    readonly conversationId: string;
    readonly from: Person | null;
    readonly note: string;
    readonly how: 'handed_over' | 'asked' | 'offered';
}

// events.d.ts
export type EventName = keyof EventMap;

// events.d.ts
export type EventOf<E extends EventName> = {
    [K in E]: {
        readonly name: K;
        readonly data: EventMap[K];
    };
}[E];

// lib/readable.d.ts
export interface Readable<T> {
    readonly getSnapshot: () => T;
    /** What it said before anything was known: what a server renders, and so what a first rendering over it in a browser must say. */
    readonly getInitialSnapshot: () => T;
    /** Calls `onChange` after each change; what it throws is logged and stops nobody else. */
    readonly subscribe: (onChange: () => void) => Unsubscribe;
    /** The first snapshot that matches, the present one included. Rejects with `aborted` or `closed`. */
    until<S extends T>(match: (value: T) => value is S, options?: Abortable): Promise<S>;
    until(match: (value: T) => boolean, options?: Abortable): Promise<T>;
    /** Snapshots from the present one on; the newest wins, slow readers skip. Ends with the client or the signal. */
    values(options?: Abortable): AsyncIterableIterator<T>;
}

// lib/scope.d.ts
export interface Abortable {
    readonly signal?: AbortSignal | undefined;
}

// lib/scope.d.ts
export type Unsubscribe = () => void;

// rest-types.d.ts
export interface HtmlOptions extends Abortable {
    /** Also the images of other servers, who learn from it that and where this mail is read. */
    readonly images?: boolean;
}

// rest-types.d.ts
export interface MailsOptions extends Abortable {
    /** Of this inbox alone. */
    readonly inboxId?: string;
    /** The `next` of the page before. */
    readonly after?: string;
}

// rest-types.d.ts
export interface RequestOptions extends Abortable {
    /** Sent as JSON; a blob or bytes as they are. */
    readonly body?: unknown;
    readonly query?: Readonly<Record<string, string | number | undefined>>;
    /** The answer is a file: a `Blob`. */
    readonly as?: 'file';
}

// rest-types.d.ts
export interface UploadOptions extends Abortable {
    readonly name: string;
    /** Media type; a blob's own unless given. */
    readonly type?: string;
}

// rest-types.d.ts
export type FileLink = Answer<typeof linkAttachment>;

// rest-types.d.ts
export type Mail = Answer<typeof getMail>;

// rest-types.d.ts
export type MailHtml = Answer<typeof getEntryHtml>;

// rest-types.d.ts
export type MailPage = Answer<typeof listMails>;

// rest-types.d.ts
export type Member = Answer<typeof listMembers>['members'][number];

// rest-types.d.ts
export type PreparedReply = UpResult<'reply.prepare'>;

// rest-types.d.ts
export type ScheduleChange = Omit<UpInput<'reply.reschedule'>, 'id'>;

// runtime.d.ts
export interface Runtime {
    /** Milliseconds since 1970 on this machine's clock, right or wrong: the SDK measures how far the server's is from it. */
    readonly now: () => number;
    /** Calls `fire` once after `ms`; returns what takes that back. */
    readonly setTimer: (ms: number, fire: () => void) => () => void;
    /** A number from 0 up to 1. */
    readonly random: () => number;
    /** Whether somebody can see this tab. */
    readonly visible: Watched<boolean>;
    /** Whether the machine believes to have a network; a hint and nothing more. */
    readonly online: Watched<boolean>;
    /** Survives a reload of this tab and belongs to it alone, as `sessionStorage` does. */
    readonly storage: {
        get(key: string): string | null;
        set(key: string, value: string | null): void;
    };
    /** Holds a name among the tabs of a browser; null when another tab holds it. */
    readonly locks: {
        hold(name: string): Promise<(() => void) | null>;
    };
    /** What this session calls itself towards the same agent's others: "Chrome on Linux". */
    readonly device: string;
}

// runtime.d.ts
export interface Watched<T> {
    get(): T;
    subscribe(onChange: () => void): Unsubscribe;
}

// socket-io.d.ts
export declare function socketIoTransport(options?: SocketIoOptions): Transport;

// socket-io.d.ts
export interface SocketIoOptions {
    /** Where the server answers Socket.IO; `/socket.io` unless the server was told otherwise. */
    readonly path?: string;
}

// sync/list.d.ts
export interface ConversationList extends Readable<ConversationListSnapshot> {
    /** Adds the next page; nothing when there is none. */
    more(options?: Abortable): Promise<void>;
}

// sync/list.d.ts
export interface ConversationListSnapshot {
    /** `loading`: the first page, or afresh after a gap (then `rows` are the last known ones). */
    readonly status: 'idle' | 'loading' | 'ready' | 'failed';
    readonly rows: readonly ListRow[];
    readonly hasMore: boolean;
    readonly error: AnyLatchboxError | null;
}

// sync/list.d.ts
export type ListQuery = RowFilter;

// sync/rows.d.ts
export interface ListRow extends SeenRow {
}

// sync/there.d.ts
export interface InboxPresence {
    readonly people: readonly {
        readonly person: Person;
        readonly availability: Availability;
    }[];
    readonly total: number;
}

// transport.d.ts
export interface Link {
    /** Says a command; `answer` gets the acknowledgement, at most once, and not after `closed`. */
    request(name: string, input: object, answer: (ack: unknown) => void): void;
    /** Says something that may be lost and has no answer. */
    signal(name: string, input: object): void;
    /** Ends the connection. `closed` need not be told any more. */
    close(): void;
}

// transport.d.ts
export interface RestRequest {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Blob | Uint8Array | string;
    readonly signal: AbortSignal;
}

// transport.d.ts
export interface RestResponse {
    readonly ok: boolean;
    readonly status: number;
    json(): Promise<unknown>;
    blob(): Promise<Blob>;
}

// transport.d.ts
export interface Transport {
    open(url: string, events: TransportEvents): Link;
    /** Asks over REST, as `fetch` does. Without it uploads and mails are refused with `offline`. */
    request?(url: string, request: RestRequest): Promise<RestResponse>;
}

// transport.d.ts
export interface TransportEvents {
    /** From now on things can be said. */
    opened(): void;
    /** A frame arrived: whatever the server sent, unchecked. */
    frame(frame: unknown): void;
    /** The connection is over or never came about. Told once, and nothing after it. */
    closed(reason: string): void;
}

// writing-first.d.ts
export interface ComposeInput extends Omit<Compose, 'clientId' | 'attachments'> {
    /** Ids of files that this agent uploaded for it: `client.upload()`. */
    readonly attachments?: readonly string[] | undefined;
    /** Of one that was tried before, to send it again without ever storing it twice; else the SDK makes one. */
    readonly clientId?: string;
}

// writing-first.d.ts
export interface Composing {
    readonly clientId: string;
    /** The reply as stored, which names its conversation. Rejects with the refusal; nobody need listen. */
    readonly confirmed: Promise<ReplyEntry>;
}

// writing-first.d.ts
export interface FindContactsOptions extends Abortable {
    /** Those of this channel alone. */
    readonly channel?: FoundContact['channel'];
    /** Most of them; default 8. */
    readonly limit?: number;
}

// writing-first.d.ts
export type ComposeCheck = UpResult<'compose.check'>;

// writing-first.d.ts
export type ComposeTarget = UpInput<'compose.check'>;

// writing-first.d.ts
export type ComposeTo = Compose['to'];

// writing-first.d.ts
export type FoundContact = UpResult<'contact.find'>['contacts'][number];

export { Account } from '@latchbox/shared/model/account';

export { Accounts } from '@latchbox/shared/model/account';

export { AddressTrouble } from '@latchbox/shared/model/address-trouble';

export { AnyLatchboxError } from '@latchbox/shared/error-codes';

export { Attachment } from '@latchbox/shared/model/attachment';

export { Availability } from '@latchbox/shared/model/presence';

export { CallEntry } from '@latchbox/shared/model/entry';

export { CallFacts } from '@latchbox/shared/model/call';

export { CallState } from '@latchbox/shared/model/call';

export { CallWhy } from '@latchbox/shared/model/call';

export { Capability } from '@latchbox/shared/model/agent';

export { ChannelName } from '@latchbox/shared/model/conversation';

export { Contact } from '@latchbox/shared/model/conversation';

export { ConversationRow } from '@latchbox/shared/model/conversation';

export { ConversationStatus } from '@latchbox/shared/model/conversation';

export { Delivery } from '@latchbox/shared/model/entry';

export { DraftKind } from '@latchbox/shared/model/conversation';

export { Entry } from '@latchbox/shared/model/entry';

export { ErrorCode } from '@latchbox/shared/error-codes';

export { ErrorTable } from '@latchbox/shared/error-codes';

export { Fold } from '@latchbox/shared/model/mail';

export { Forward } from '@latchbox/shared/model/forward';

export { HandOverOffer } from '@latchbox/shared/model/lock';

export { HandedOver } from '@latchbox/shared/realtime/up/lock-hand-over';

export { IdleState } from '@latchbox/shared/model/lock';

export { InboxCounts } from '@latchbox/shared/realtime/up/inbox-counts';

export { InboxSummary } from '@latchbox/shared/model/inbox';

export { InboxTimes } from '@latchbox/shared/model/inbox';

export { LatchboxError } from '@latchbox/shared/error-codes';

export { LockAsk } from '@latchbox/shared/model/lock';

export { LockEndReason } from '@latchbox/shared/lock-machine';

export { LockLine } from '@latchbox/shared/model/lock';

export { LockOn } from '@latchbox/shared/model/inbox';

export { LockPeriod } from '@latchbox/shared/model/lock';

export { LockView } from '@latchbox/shared/model/lock';

export { MailAddress } from '@latchbox/shared/model/mail';

export { MailFacts } from '@latchbox/shared/model/mail';

export { MailOut } from '@latchbox/shared/model/mail';

export { Me } from '@latchbox/shared/model/agent';

export { NoteEntry } from '@latchbox/shared/model/entry';

export { Person } from '@latchbox/shared/model/agent';

export { Recipient } from '@latchbox/shared/model/recipients';

export { RecipientDelivery } from '@latchbox/shared/model/entry';

export { Recipients } from '@latchbox/shared/model/recipients';

export { ReplyEntry } from '@latchbox/shared/model/entry';

export { RetryPolicy } from '@latchbox/shared/error-codes';

export { Role } from '@latchbox/shared/model/agent';

export { ScheduledReply } from '@latchbox/shared/model/scheduled';

export { StreamEvent } from '@latchbox/shared/realtime/events/index';

export { TakeOverBy } from '@latchbox/shared/model/inbox';

export { Typist } from '@latchbox/shared/model/presence';

export { Viewer } from '@latchbox/shared/model/presence';

export { Voicemail } from '@latchbox/shared/model/call';
