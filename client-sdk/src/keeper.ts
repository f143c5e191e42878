import type { Me } from '@latchbox/shared/model/agent';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { LockView } from '@latchbox/shared/model/lock';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import { LatchboxError } from '@latchbox/shared/error-codes';
import { refuse } from './lib/refuse.ts';
import type { Inbox, LatchboxClient, LatchboxOptions } from './client.ts';
import { Commands } from './connection/commands.ts';
import { Connection } from './connection/connection.ts';
import type { ConnectionState, DownItem, Greeting } from './connection/states.ts';
import { ConversationKeeper } from './conversation/conversation.ts';
import type { Core } from './core.ts';
import { Directory } from './directory.ts';
import { type EventMap, type EventName, type EventOf, Events } from './events.ts';
import type { Hub } from './hub.ts';
import { Store } from './lib/readable.ts';
import type { Abortable, Unsubscribe } from './lib/scope.ts';
import { socketIoTransport } from './socket-io.ts';
import { type ListQuery, LiveList } from './sync/list.ts';
import { Rows } from './sync/rows.ts';
import { Streams } from './sync/streams.ts';
import { There } from './sync/there.ts';
import type { Link } from './transport.ts';
import { CLIENT_NAME } from './version.ts';

const DEFAULT_TYPING_EVERY = 3_000;
const TRY_AGAIN = 2_000;

/** Everything one client keeps, wired together: what the connection tells goes to streams, rows, lists and conversations. */
export class Keeper implements Hub, LatchboxClient {
  readonly core: Core;
  readonly commands: Commands;
  readonly streams: Streams;
  readonly rows: Rows;
  readonly there: There;
  readonly sync: Store<{ readonly unsent: number; readonly failed: number }>;
  readonly clock: LatchboxClient['clock'];
  readonly #directory: Directory;
  readonly #events: Events;
  readonly #connection: Connection;
  readonly #conversations = new Map<string, ConversationKeeper>();
  readonly #lists = new Map<string, LiveList>();
  #greeting: Greeting | undefined;
  /** The locks that the session has by the newest greeting. */
  #locks: ReadonlyMap<string, LockView> = new Map();
  #closing: Promise<void> | undefined;

  constructor(core: Core, options: LatchboxOptions) {
    this.core = core;
    this.clock = { now: () => core.clock.now(), later: (ms, fire) => core.later(ms, fire) };
    this.#events = new Events(core.scope);
    this.commands = new Commands(core);
    this.sync = new Store(core.scope, { unsent: 0, failed: 0 });
    this.there = new There(core, () => this.agent()?.id);
    this.#directory = new Directory({
      scope: core.scope,
      there: this.there,
      list: (query) => this.list(query),
    });
    this.rows = new Rows((row) => this.#conversations.get(row.id)?.lock.see(row.lock, true));
    this.streams = new Streams(core, this.commands, {
      apply: (event) => this.#apply(event),
      present: (inboxId, present) => this.there.present(inboxId, present),
      gap: () => this.#connection.restart(refuse('resync')),
    });
    this.#connection = new Connection(core, {
      urls: typeof options.url === 'string' ? [options.url] : options.url,
      auth: options.auth,
      transport: options.transport ?? socketIoTransport(),
      client: CLIENT_NAME,
      greeted: (greeting, link) => this.#greeted(greeting, link),
      up: () => this.#up(),
      down: () => this.#down(),
      slow: () => this.#slow(),
      item: (item) => this.#item(item),
      frameDone: () => this.flush(),
      refresh: (input) => this.commands.call('auth.refresh', input, { onLoss: 'reject' }),
    });
  }

  get connection(): Store<ConnectionState> {
    return this.#connection.state;
  }

  get me(): Store<Me | null> {
    return this.#directory.me;
  }

  get inboxes(): Store<readonly InboxSummary[]> {
    return this.#directory.inboxes;
  }

  agent(): Me | undefined {
    return this.me.getSnapshot() ?? undefined;
  }

  sessionId(): string | undefined {
    return this.#greeting?.session.id;
  }

  inbox(id: string): Inbox {
    return this.#directory.inbox(id);
  }

  inboxSummary(id: string): InboxSummary | undefined {
    return this.#directory.get(id);
  }

  isUp(): boolean {
    return this.line() === 'up';
  }

  line(): 'up' | 'down' | 'slow' {
    return this.#connection.line;
  }

  typingEvery(): number {
    return this.#greeting?.typingEvery ?? DEFAULT_TYPING_EVERY;
  }

  marksAt(): number {
    return this.streams.position(this.ownStream());
  }

  ownStream(): `agent:${string}` {
    return `agent:${this.agent()?.id ?? ''}`;
  }

  look(conversationId: string): void {
    const marksAt = this.marksAt();
    // Nothing is shown as unread by guessing; the answer and whatever is told meanwhile are newer.
    this.rows.putRead(conversationId, this.rows.get(conversationId)?.newestIncoming ?? 0, -1);
    this.commands.call('conversation.open', { conversationId, view: false, limit: 1 }).then(
      ({ asOf, read, row }) => {
        this.rows.putRead(conversationId, read, marksAt);
        this.rows.put(row, asOf.seq);
        this.flush();
      },
      (error: LatchboxError) => {
        if (error.retry !== 'never') this.core.later(TRY_AGAIN, () => this.look(conversationId));
      },
    );
  }

  flush(): void {
    const dirty = this.rows.takeDirty();
    if (dirty.size === 0) return;
    for (const id of dirty) this.#conversations.get(id)?.publish();
    for (const list of this.#lists.values()) list.apply(dirty);
  }

  countSends(): void {
    const sum = { unsent: 0, failed: 0 };
    for (const { sends } of this.#conversations.values()) {
      sum.unsent += sends.unsent;
      sum.failed += sends.failed;
    }
    this.sync.put(sum);
  }

  emit<E extends EventName>(event: E, payload: EventMap[E]): void {
    this.#events.emit(event, payload);
  }

  on<E extends EventName>(event: E, fn: (data: EventMap[E]) => void, options?: Abortable): Unsubscribe {
    return this.#events.on(event, fn, options);
  }

  events<E extends EventName>(names: readonly E[], options?: Abortable): AsyncIterableIterator<EventOf<E>> {
    return this.#events.events(names, options);
  }

  list(query: ListQuery = {}): LiveList {
    const { inboxIds, status, assignee } = query;
    const key = JSON.stringify([inboxIds && [...inboxIds].sort(), status, assignee]);
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = new LiveList(this, query);
      this.#lists.set(key, list);
    }
    return list;
  }

  conversation(id: string): ConversationKeeper {
    let conversation = this.#conversations.get(id);
    if (conversation === undefined) {
      conversation = new ConversationKeeper(this, id, this.#locks.get(id));
      this.#conversations.set(id, conversation);
    }
    return conversation;
  }

  connect(options: Abortable = {}): Promise<void> {
    this.#watchVisible();
    return this.#connection.connect(options);
  }

  close({ signOut = false }: { readonly signOut?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(signOut);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(signOut: boolean): Promise<void> {
    if (this.isUp()) {
      await Promise.all(this.#all().map((conversation) => conversation.flush()));
      await this.#quietly('session.close', { signOut });
    }
    this.#connection.close();
    this.commands.end();
    this.core.scope.end();
  }

  /** Brings the streams up to now. Nothing else is said on this connection before that. */
  async #greeted(greeting: Greeting, link: Link): Promise<void> {
    const { logEpoch, inboxes, locks, me } = greeting;
    const before = this.#greeting;
    const isFirst = before === undefined;
    this.#greeting = greeting;
    this.commands.attach(link);
    this.#directory.me.put(me);
    const change = this.#directory.put(inboxes);
    if (!isFirst && before.logEpoch !== logEpoch) this.#forget();
    else if (!isFirst && change.came.length + change.went.length > 0) this.#forget(this.ownStream());
    for (const inboxId of change.came) this.emit('inbox.visible', { inboxId });
    for (const inboxId of change.went) this.emit('inbox.hidden', { inboxId });
    this.#locks = new Map(locks.map(({ conversationId, lock }) => [conversationId, lock]));
    // What is replayed now is newer than what was said of these.
    for (const [id, lock] of this.#locks) this.#conversations.get(id)?.lock.see(lock, true);
    const streams = [this.ownStream(), ...inboxes.map(({ id }) => `inbox:${id}` as const)];
    try {
      await this.streams.subscribe(logEpoch, streams);
    } catch (error) {
      if (!LatchboxError.is(error, 'resync')) throw error;
      this.#forget();
      await this.streams.subscribe(logEpoch, streams);
    }
    this.flush();
    if (isFirst && locks.length > 0)
      this.core.later(this.core.timings.slowAfter, () => this.#leaveUnwanted());
  }

  #up(): void {
    this.commands.open();
    for (const conversation of this.#all()) conversation.up(this.#locks.has(conversation.id));
    for (const list of this.#lists.values()) list.up();
    // Locks of the greeting may have ended before the streams began; those that are opened are read anyway.
    for (const id of this.#locks.keys()) if (this.#conversations.get(id)?.isOpen !== true) this.look(id);
    this.#tellVisible();
  }

  #down(): void {
    this.commands.detach();
    for (const conversation of this.#all()) conversation.down();
  }

  #slow(): void {
    this.there.clear();
    for (const { lock } of this.#all()) lock.refresh();
  }

  #item(item: Exclude<DownItem, { t: 'goodbye' }>): void {
    switch (item.t) {
      case 'event':
        return this.streams.event(item.event);
      case 'head':
        this.core.clock.sample(item.serverTime);
        return this.streams.heads(item.heads);
      case 'typing':
      case 'viewers':
      case 'presence':
        return this.there.item(item);
      case 'lock.uncertain':
        return this.#conversations.get(item.conversationId)?.lock.setUncertain(item.fence, item.uncertain);
      default:
        // Of a newer server: it knows that this client cannot know it.
        return item satisfies never;
    }
  }

  #apply(event: StreamEvent): void {
    const { data, seq } = event;
    if ('row' in data) {
      const { row } = data;
      const conversation = this.#conversations.get(row.id);
      if (data.type === 'lock.ended') conversation?.lock.ended(data.fence, data.reason);
      // A new message is unread wherever the mark is, so it need not be asked for.
      const isMessage = data.type === 'entry.added' && data.entry.kind === 'message';
      if (isMessage && this.rows.readMark(row.id) === undefined)
        this.rows.putRead(row.id, data.entry.position - 1, 0);
      this.rows.put(row, seq);
      conversation?.event(event);
      if (data.type === 'entry.added') {
        this.emit('entry.added', { conversationId: row.id, inboxId: row.inboxId, entry: data.entry });
      }
    } else {
      this.#applyPlain(event, data);
    }
    this.emit('event', event);
  }

  #applyPlain(event: StreamEvent, data: Exclude<StreamEvent['data'], { row: unknown }>): void {
    switch (data.type) {
      case 'inbox.changed':
        this.#directory.change(data.inbox);
        break;
      case 'inbox.visible':
        // One that was not seen before is greeted with all the others.
        if (this.inboxSummary(data.inbox.id) === undefined) this.#connection.restart(refuse('resync'));
        else this.#directory.change(data.inbox);
        break;
      case 'inbox.hidden':
        for (const conversation of this.#all()) conversation.lock.hidden(data.inboxId);
        this.#connection.restart(refuse('resync'));
        break;
      case 'read.marked':
        this.rows.putRead(data.conversationId, data.read, event.seq);
        break;
      case 'reply.delivery':
        this.#conversations.get(data.conversationId)?.event(event);
        break;
      case 'member.changed':
    }
  }

  /** Everything that was read is to be read afresh: it may have gaps, or belong to somebody else now. */
  #forget(keptStream?: string): void {
    this.streams.forget(keptStream);
    this.rows.forget(keptStream === undefined);
    for (const conversation of this.#all()) conversation.forget();
    for (const list of this.#lists.values()) list.forget();
    this.emit('resync', {});
  }

  #all(): ConversationKeeper[] {
    return Array.from(this.#conversations.values());
  }

  /** A reload resumed locks of conversations that this page does not open any more: nobody would give them back. */
  #leaveUnwanted(): void {
    for (const conversationId of this.#locks.keys()) {
      if (this.#conversations.get(conversationId)?.isOpen !== true) {
        void this.#quietly('conversation.leave', { conversationId });
      }
    }
  }

  async #quietly<N extends 'conversation.leave' | 'session.close'>(
    name: N,
    input: Parameters<Commands['call']>[1],
  ): Promise<void> {
    try {
      await this.commands.call(name, input as never, { onLoss: 'reject' });
    } catch (data) {
      this.core.log({ level: 'debug', message: `${name} failed.`, data });
    }
  }

  #watchVisible(): void {
    const { scope, runtime } = this.core;
    // Nothing is listened to before there is a connection to tell it on.
    if (this.connection.getSnapshot().name === 'idle') {
      scope.onEnd(runtime.visible.subscribe(() => this.#tellVisible()));
    }
  }

  #tellVisible(): void {
    this.commands.signal('presence', { state: this.core.runtime.visible.get() ? 'active' : 'hidden' });
  }
}
