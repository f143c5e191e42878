import type { Me } from '@latchbox/shared/model/agent';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { LockView } from '@latchbox/shared/model/lock';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import { type AnyLatchboxError, LatchboxError, refuse } from '@latchbox/shared/errors';
import type { LatchboxOptions } from './client.ts';
import { Commands } from './connection/commands.ts';
import { Connection } from './connection/connection.ts';
import type { ConnectionState, DownItem, Greeting } from './connection/states.ts';
import { ConversationKeeper } from './conversation/conversation.ts';
import type { Core } from './core.ts';
import { Directory } from './directory.ts';
import { type EventMap, type EventName, Events } from './events.ts';
import type { Hub } from './hub.ts';
import { Store } from './lib/readable.ts';
import { socketIoTransport } from './socket-io.ts';
import { type ListQuery, LiveList } from './sync/list.ts';
import { Rows } from './sync/rows.ts';
import { type Present, Streams } from './sync/streams.ts';
import { There } from './sync/there.ts';
import type { Link } from './transport.ts';
import { CLIENT_NAME } from './version.ts';

const DEFAULT_TYPING_EVERY = 3_000;

type WithRow = Extract<StreamEvent['data'], { row: unknown }>;

/** Everything one client keeps, wired together: what the connection tells goes to streams, rows, lists and conversations. */
export class Keeper implements Hub {
  readonly core: Core;
  readonly commands: Commands;
  readonly streams: Streams;
  readonly rows: Rows;
  readonly there: There;
  readonly directory: Directory;
  readonly events: Events;
  readonly sync: Store<{ readonly unsent: number; readonly failed: number }>;
  readonly #connection: Connection;
  readonly #conversations = new Map<string, ConversationKeeper>();
  readonly #lists = new Map<string, LiveList>();
  #greeting: Greeting | undefined;
  /** Locks of a resumed session whose conversations nobody has asked for yet. */
  #resumed = new Map<string, LockView>();
  /** Conversations whose row and read mark are being asked for. */
  readonly #looking = new Set<string>();
  #closing: Promise<void> | undefined;

  constructor(core: Core, options: LatchboxOptions) {
    this.core = core;
    this.events = new Events(core.scope);
    this.commands = new Commands(core);
    this.directory = new Directory(core.scope);
    this.sync = new Store(core.scope, { unsent: 0, failed: 0 });
    this.there = new There(core, () => this.me()?.id);
    this.rows = new Rows((row) => this.#conversations.get(row.id)?.lock.see(row.lock, true));
    this.streams = new Streams(core, this.commands, {
      apply: (event) => this.#apply(event),
      reload: (stream) => this.#reload(stream),
      refused: (stream) => {
        const [kind, id = ''] = stream.split(':');
        if (kind === 'inbox') this.#hide(id);
      },
      started: (stream) => this.#started(stream),
      subscribed: (stream, present) => this.#subscribed(stream, present),
    });
    this.#connection = new Connection(core, {
      urls: typeof options.url === 'string' ? [options.url] : options.url,
      auth: options.auth,
      transport: options.transport ?? socketIoTransport(),
      client: CLIENT_NAME,
      up: (greeting, link) => this.#up(greeting, link),
      live: () => this.#live(),
      down: () => this.#down(),
      slow: () => {
        this.there.clear();
        this.#each((conversation) => conversation.lock.refresh());
      },
      item: (item) => this.#item(item),
      frameDone: () => this.flush(),
      refresh: (input) => this.commands.call('auth.refresh', input, { onLoss: 'reject' }),
    });
    this.#watchVisible();
  }

  get connection(): Store<ConnectionState> {
    return this.#connection.state;
  }

  me(): Me | undefined {
    return this.directory.me.getSnapshot() ?? undefined;
  }

  sessionId(): string | undefined {
    return this.#greeting?.session.id;
  }

  inbox(id: string): InboxSummary | undefined {
    return this.directory.get(id);
  }

  inboxIds(): readonly string[] {
    return this.directory.inboxes.getSnapshot().map(({ id }) => id);
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

  marksAt(): number | undefined {
    return this.streams.position(this.ownStream());
  }

  look(conversationId: string): void {
    const marksAt = this.marksAt();
    this.#looking.add(conversationId);
    // Nothing is shown as unread by guessing; the answer and whatever is told meanwhile are newer.
    this.rows.putRead(conversationId, this.rows.get(conversationId)?.newestIncoming ?? 0, -1);
    const input = { conversationId, view: false, limit: 1 };
    this.commands.call('conversation.open', input, { onLoss: 'reject' }).then(
      ({ asOf, read, row }) => {
        this.#looking.delete(conversationId);
        this.rows.putRead(conversationId, read, marksAt ?? 0);
        if (!this.streams.missed(asOf.stream, asOf.logEpoch, asOf.seq)) this.rows.put(row, asOf.seq);
        this.flush();
      },
      (error: unknown) => {
        // Anything else is asked again with the next connection.
        if (!LatchboxError.is(error, 'not_found')) return;
        this.#looking.delete(conversationId);
        this.#conversations.get(conversationId)?.hide(error);
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
    this.#each(({ sends }) => {
      sum.unsent += sends.unsent;
      sum.failed += sends.failed;
    });
    this.sync.put(sum);
  }

  emit<E extends EventName>(event: E, payload: EventMap[E]): void {
    this.events.emit(event, payload);
  }

  list(query: ListQuery): LiveList {
    const { inboxIds, status, assignee } = query;
    const key = JSON.stringify([inboxIds === undefined ? null : [...inboxIds].sort(), status, assignee]);
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
      conversation = new ConversationKeeper(this, id, this.#resumed.get(id));
      this.#conversations.set(id, conversation);
    }
    return conversation;
  }

  connect(options: { readonly signal?: AbortSignal | undefined }): Promise<void> {
    return this.#connection.connect(options);
  }

  close(signOut: boolean): Promise<void> {
    this.#closing ??= this.#close(signOut);
    return this.#closing;
  }

  async #close(signOut: boolean): Promise<void> {
    if (this.isUp()) {
      await Promise.all([...this.#conversations.values()].map((conversation) => conversation.flush()));
      try {
        await this.commands.call('session.close', { signOut }, { onLoss: 'reject' });
      } catch (error) {
        this.core.log({ level: 'warn', message: 'The session was not closed properly.', data: error });
      }
    }
    this.#connection.close();
    this.commands.end();
    this.core.scope.end();
  }

  #up(greeting: Greeting, link: Link): void {
    const first = this.#greeting === undefined;
    this.#greeting = greeting;
    this.commands.attach(link);
    this.directory.me.put(greeting.me);
    for (const id of this.inboxIds()) {
      if (!greeting.inboxes.some((inbox) => inbox.id === id)) this.#hide(id);
    }
    this.directory.put(greeting.inboxes);
    this.streams.up(greeting.logEpoch, [
      this.ownStream(),
      ...greeting.inboxes.map(({ id }) => `inbox:${id}` as const),
    ]);
    const locks = new Map(greeting.locks.map(({ conversationId, lock }) => [conversationId, lock]));
    if (first) {
      this.#resumed = locks;
      if (locks.size > 0) this.#leaveUnwanted();
    }
    for (const conversation of this.#conversations.values()) conversation.up(locks.get(conversation.id));
    for (const list of this.#lists.values()) list.up();
    this.#tellVisible();
  }

  #live(): void {
    this.#each((conversation) => conversation.live());
    for (const id of Array.from(this.#looking)) this.look(id);
    this.commands.flush();
  }

  #down(): void {
    this.commands.detach();
    this.streams.down();
    this.#each((conversation) => conversation.down());
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
    if ('row' in data) this.#applyToRow(event, data);
    else this.#applyPlain(event, data, seq);
    this.emit('event', event);
  }

  #applyPlain(event: StreamEvent, data: Exclude<StreamEvent['data'], WithRow>, seq: number): void {
    switch (data.type) {
      case 'inbox.changed':
        this.directory.change(data.inbox);
        break;
      case 'inbox.visible':
        this.#show(data.inbox);
        break;
      case 'inbox.hidden':
        this.#hide(data.inboxId);
        break;
      case 'read.marked':
        this.rows.putRead(data.conversationId, data.read, seq);
        break;
      case 'member.changed':
        break;
      case 'reply.delivery':
        this.#conversations.get(data.conversationId)?.event(event);
    }
  }

  #applyToRow(event: StreamEvent, data: WithRow): void {
    const { row } = data;
    const conversation = this.#conversations.get(row.id);
    if (data.type === 'lock.ended') conversation?.lock.ended(data.fence, data.reason);
    // A new message is unread wherever the mark is; so it need not be asked for.
    if (
      data.type === 'entry.added' &&
      data.entry.kind === 'message' &&
      this.rows.readMark(row.id) === undefined
    ) {
      this.rows.putRead(row.id, data.entry.position - 1, 0);
    }
    this.rows.put(row, event.seq);
    conversation?.event(event);
    if (data.type !== 'entry.added') return;
    this.emit('entry.added', { conversationId: row.id, inboxId: row.inboxId, entry: data.entry });
  }

  /** Locks that were told without a row (by a greeting, by a grant) may have ended before delivery began. */
  #started(stream: string): void {
    this.#each(({ id, inboxId, isOpen, lock }) => {
      const here = inboxId === undefined || stream === `inbox:${inboxId}`;
      if (!here || isOpen || this.rows.get(id) !== undefined) return;
      if (lock.getSnapshot().status !== 'unknown') this.look(id);
    });
  }

  #subscribed(stream: string, present: Present): void {
    const [kind, id = ''] = stream.split(':');
    if (kind !== 'inbox') return;
    if (present !== null) this.there.present(id, present);
    if (!this.streams.isCurrent(stream)) return;
    this.#each((conversation) => {
      if (conversation.inboxId === id) conversation.current();
    });
  }

  #reload(stream: string): void {
    this.emit('resync', { stream });
    const [kind, id = ''] = stream.split(':');
    if (kind === 'agent') {
      this.rows.forgetMarks();
      for (const list of this.#lists.values()) list.reload();
      return;
    }
    this.#each((conversation) => {
      if (conversation.inboxId === undefined || conversation.inboxId === id) conversation.reload();
    });
    for (const list of this.#lists.values()) list.reload(id);
    this.rows.forget(id);
  }

  #show(inbox: InboxSummary): void {
    const known = this.streams.has(`inbox:${inbox.id}`);
    this.directory.show(inbox);
    if (!known) {
      this.streams.add(`inbox:${inbox.id}`);
      for (const list of this.#lists.values()) list.reload(inbox.id);
      this.#each((conversation) => conversation.retry());
    }
    this.emit('inbox.visible', { inboxId: inbox.id });
  }

  #hide(inboxId: string): void {
    this.streams.remove(`inbox:${inboxId}`);
    this.directory.hide(inboxId);
    this.#each((conversation) => {
      // Of one that was never read it is not known where it is.
      if (conversation.inboxId === undefined && conversation.lock.getSnapshot().status !== 'unknown') this.look(conversation.id);
      else if (conversation.inboxId === inboxId) conversation.hide(refuse('not_found') as AnyLatchboxError);
    });
    this.rows.forget(inboxId);
    this.emit('inbox.hidden', { inboxId });
  }

  ownStream(): `agent:${string}` {
    return `agent:${this.me()?.id ?? ''}`;
  }

  #each(fn: (conversation: ConversationKeeper) => void): void {
    for (const conversation of Array.from(this.#conversations.values())) fn(conversation);
  }

  /** A reload resumed locks of conversations that this page does not open any more: nobody would give them back. */
  #leaveUnwanted(): void {
    const stop = this.core.runtime.setTimer(this.core.timings.slowAfter, () => {
      off();
      for (const id of this.#resumed.keys()) {
        if (this.#conversations.get(id)?.isOpen !== true) this.#leaveQuietly(id);
      }
    });
    const off = this.core.scope.onEnd(stop);
  }

  #leaveQuietly(conversationId: string): void {
    this.commands.call('conversation.leave', { conversationId }).catch((error: unknown) => {
      if (!LatchboxError.is(error, 'closed'))
        this.core.log({ level: 'warn', message: 'Leaving failed.', data: error });
    });
  }

  #watchVisible(): void {
    let off: (() => void) | undefined;
    // Nothing is listened to before there is something to tell.
    const offState = this.#connection.state.subscribe(() => {
      off ??= this.core.runtime.visible.subscribe(() => this.#tellVisible());
    });
    this.core.scope.onEnd(() => {
      offState();
      off?.();
    });
  }

  #tellVisible(): void {
    this.commands.signal('presence', { state: this.core.runtime.visible.get() ? 'active' : 'hidden' });
  }
}
