import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { LockView } from '@latchbox/shared/model/lock';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { ConversationRow } from '@latchbox/shared/model/conversation';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import { Connection } from './connection/connection.ts';
import type { Voice } from './connection/commands.ts';
import type { ConnectionParts, DownItem, Greeting } from './connection/states.ts';
import type { ConversationKeeper } from './conversation/conversation.ts';
import { refuse } from './lib/refuse.ts';
import { LockKeeper } from './lock/lock-keeper.ts';
import { concerns, receivedBy } from './lock/received.ts';
import { take } from './lib/scope.ts';
import type { Model } from './model.ts';
import { completeRuntime } from './platform.ts';
import { Rest } from './rest.ts';
import type { Runtime } from './runtime.ts';
import { socketIoTransport } from './socket-io.ts';
import type { LiveList } from './sync/list.ts';
import { ListReader, type ListReaderParts } from './sync/list-reader.ts';
import { Counts } from './sync/counts.ts';
import { Rows } from './sync/rows.ts';
import { Streams } from './sync/streams.ts';
import { There } from './sync/there.ts';
import { type ReaderParts, ThreadReader } from './sync/thread-reader.ts';
import { WritingFirst } from './sync/writing-first.ts';
import { CLIENT_NAME } from './version.ts';
import type { Works } from './works.ts';

const TRY_AGAIN = 2_000;

/** What changes counts. */
const COUNTED: ReadonlySet<StreamEvent['data']['type']> = new Set([
  'entry.added',
  'conversation.moved',
  'read.marked',
]);

/**
 * What talks to the server and keeps the model up to date: the connection, and the streams of events. Not needed before
 * `connect()`, which loads it beside Socket.IO; from then on nothing more is loaded.
 */
export class Engine implements Works, ReaderParts, ListReaderParts {
  readonly rows: Rows;
  readonly counts: Counts;
  readonly first: WritingFirst;
  readonly rest: Rest;
  readonly there: There;
  readonly #model: Model;
  readonly #runtime: Runtime;
  readonly #streams: Streams;
  readonly #connection: Connection;
  readonly #threads = new Map<string, ThreadReader>();
  readonly #locks = new Map<string, LockKeeper>();
  readonly #lists = new Set<ListReader>();

  constructor(model: Model) {
    const { commands, core, options } = model;
    this.#runtime = completeRuntime(options.runtime);
    this.#model = model;
    this.rows = new Rows((row) => this.#lockOf(row)?.seeRow(row));
    this.there = new There(model);
    this.counts = new Counts(model, model.counts);
    this.first = new WritingFirst(model, model.accounts);
    const transport = options.transport ?? socketIoTransport();
    this.#streams = new Streams({
      core,
      commands,
      apply: (event) => this.#apply(event),
      present: (inboxId, present) => this.there.present(inboxId, present),
      gap: () => this.#restart(),
    });
    this.#connection = new Connection(core, {
      urls: typeof options.url === 'string' ? [options.url] : options.url,
      auth: options.auth,
      transport,
      runtime: this.#runtime,
      client: CLIENT_NAME,
      state: model.connection,
      setLine: (line) => this.#setLine(line),
      subscribe: () => this.#streams.from(model.greeting?.logEpoch),
      greeted: (greeting, voice) => this.#greeted(greeting, voice),
      up: (voice) => this.#up(voice),
      down: () => this.#down(),
      item: (item) => this.#item(item),
      frameDone: () => this.flush(),
      refresh: (input) => commands.call('auth.refresh', input, { onLoss: 'reject' }),
    });
    this.rest = new Rest({
      core,
      transport,
      url: () => this.#connection.url,
      token: (fresh, asked) => this.#connection.token(fresh, asked),
    });
    core.scope.onEnd(this.#runtime.visible.subscribe(() => this.#tellVisible()));
    for (const conversation of this.#all()) this.readThread(conversation);
    for (const list of model.lists.values()) this.readList(list);
  }

  /** From now on this conversation shows what there is. */
  readThread(conversation: ConversationKeeper): void {
    const { id } = conversation;
    const row = this.rows.get(id);
    const lock = new LockKeeper(conversation, row?.lock ?? this.#locksGreeted().get(id), row?.line);
    const reader = new ThreadReader(this, conversation, lock);
    conversation.reader = reader;
    conversation.lock.keeping = lock;
    this.#locks.set(id, lock);
    this.#threads.set(id, reader);
    lock.refresh();
    conversation.changed();
  }

  /** From now on this list has rows, once it is looked at. */
  readList(list: LiveList): void {
    const reader = new ListReader(this, list);
    list.reader = reader;
    this.#lists.add(reader);
  }

  row(id: string): ConversationRow | undefined {
    return this.rows.get(id);
  }

  async mark(id: string, read: number): Promise<void> {
    // Shown at once; the event that says so is newer than all that was told before.
    this.rows.putRead(id, read, this.marksAt());
    this.flush();
    try {
      await this.#model.commands.about(id, 'conversation.mark', { read });
    } catch (error) {
      this.look(id);
      throw error;
    }
  }

  ownStream(): string {
    return `agent:${this.#model.greeting?.me.id}`;
  }

  marksAt(): number {
    return this.#streams.position(this.ownStream());
  }

  look(id: string): void {
    const { commands, core } = this.#model;
    const marksAt = this.marksAt();
    // Nothing is shown as unread by guessing; the answer and whatever is told meanwhile are newer.
    this.rows.putRead(id, this.rows.get(id)?.newestIncoming ?? 0, -1);
    commands.about(id, 'conversation.open', { view: false, limit: 1 }).then(
      ({ asOf, read, row }) => {
        this.rows.putRead(id, read, marksAt);
        this.rows.put(row, asOf.seq);
        this.flush();
      },
      (error: AnyLatchboxError) => {
        if (error.retry !== 'never') core.later(TRY_AGAIN, () => this.look(id));
      },
    );
  }

  flush(): void {
    const changed = take(this.rows.dirty);
    if (changed.length === 0) return;
    for (const id of changed) this.#model.conversations.get(id)?.changed();
    for (const list of this.#lists) list.apply(changed);
  }

  connect(): void {
    this.#connection.connect();
  }

  close(): void {
    this.#connection.close();
  }

  #restart(): void {
    this.#connection.restart(refuse('resync'));
  }

  #setLine(line: Parameters<ConnectionParts['setLine']>[0]): void {
    const before = this.#model.line;
    this.#model.line = line;
    if (before === line || line !== 'slow') return;
    this.there.clear();
    for (const lock of this.#locks.values()) lock.refresh();
  }

  /** Brings the streams up to now. Nothing else is said on this connection before that. */
  async #greeted(greeting: Greeting, voice: Voice): Promise<void> {
    const model = this.#model;
    const { logEpoch, inboxes, locks, me } = greeting;
    const before = model.greeting;
    const seen = model.inboxes.getSnapshot();
    const came = missing(inboxes, seen);
    const went = missing(seen, inboxes);
    model.greeting = greeting;
    model.me.put(me);
    model.inboxes.put(inboxes);
    const own = this.ownStream();
    // What the greeting has subscribed to goes on from what was read before; of no use where that is forgotten.
    let given = greeting.streams;
    if (before && before.logEpoch !== logEpoch) {
      given = [];
      this.#forget();
    } else if (before && came.length + went.length > 0) {
      given = [];
      this.#forget(own);
    }
    for (const inboxId of came) model.emit('inbox.visible', { inboxId });
    for (const inboxId of went) model.emit('inbox.hidden', { inboxId });
    // What is replayed now is newer than what was said of these.
    for (const { conversationId, lock } of locks) {
      // One that came while this client was away need not be open here. After a reload it may be opened yet.
      if (before) model.conversations.of(conversationId);
      this.#locks.get(conversationId)?.see(lock, true);
    }
    // Whatever changed what may be seen after the greeting was made is told from there on.
    if (greeting.asOf) this.#streams.begin(own, greeting.asOf.seq);
    const streams = [own, ...inboxes.map(({ id }) => `inbox:${id}`)];
    await this.#streams.subscribe(voice, logEpoch, streams, given).catch((error: unknown) => {
      if (!LatchboxError.is(error, 'resync')) throw error;
      this.#forget();
      return this.#streams.subscribe(voice, logEpoch, streams);
    });
    this.flush();
    if (!before && locks.length > 0)
      model.core.later(model.core.timings.slowAfter, () => this.#leaveUnwanted());
  }

  #up(voice: Voice): void {
    const locks = this.#locksGreeted();
    this.#model.commands.open(voice);
    for (const conversation of this.#all()) {
      const { drafts, id, outgoing } = conversation;
      this.#locks.get(id)?.up(locks.has(id));
      this.#threads.get(id)?.read();
      for (const draft of Object.values(drafts)) draft.changed();
      outgoing.pump();
      conversation.changed();
    }
    for (const list of this.#lists) list.load();
    this.counts.ask();
    this.first.up();
    // Locks of the greeting may have ended before the streams began; those that are opened are read anyway.
    for (const id of this.#unwanted()) this.look(id);
    this.#tellVisible();
  }

  #down(): void {
    this.#model.commands.detach();
    for (const conversation of this.#all()) {
      this.#threads.get(conversation.id)?.down();
      this.#locks.get(conversation.id)?.refresh();
      conversation.changed();
    }
  }

  #item(item: Exclude<DownItem, { t: 'goodbye' }>): void {
    const { core } = this.#model;
    switch (item.t) {
      case 'event':
        return this.#streams.event(item.event);
      case 'head':
        core.clock.sample(item.serverTime);
        return this.#streams.heads(item.heads);
      case 'typing':
      case 'viewers':
      case 'presence':
        return this.there.item(item);
      case 'lock.uncertain':
        return this.#locks.get(item.conversationId)?.setUncertain(item.fence, item.uncertain);
      default:
        // Of a newer server: it knows that this client cannot know it.
        return item satisfies never;
    }
  }

  #apply(event: StreamEvent): void {
    const { rows } = this;
    const { data, seq } = event;
    if ('row' in data) {
      const { row } = data;
      const { conversations, greeting } = this.#model;
      const received = greeting && receivedBy(greeting, data, rows.get(row.id));
      const lock = this.#lockOf(row);
      if (data.type === 'lock.ended') {
        const { fence, reason, by, note = '' } = data;
        lock?.ended(fence, { reason, by, note });
      }
      const conversation = conversations.get(row.id);
      const added = data.type === 'entry.added' && data.entry;
      // A new message is unread wherever the mark is, so it need not be asked for.
      if (added && added.position === row.newestIncoming && rows.readMark(row.id) === undefined)
        rows.putRead(row.id, added.position - 1, 0);
      rows.put(row, seq);
      if (added) conversation?.outgoing.arrived(added);
      this.#threads.get(row.id)?.event(event);
      if (received) this.#model.emit('lock.received', received);
      if (added) {
        const { id: conversationId, inboxId } = row;
        this.#model.emit('entry.added', { conversationId, inboxId, entry: added });
      }
    } else {
      this.#applyPlain(event, data);
    }
    if (COUNTED.has(data.type)) this.counts.changed();
    this.#model.emit('event', event);
  }

  #applyPlain(event: StreamEvent, data: Exclude<StreamEvent['data'], { row: unknown }>): void {
    switch (data.type) {
      case 'inbox.changed':
        return this.#changeInbox(data.inbox);
      case 'inbox.visible':
        // One that was not seen before is greeted with all the others.
        return this.#model.inboxes.get(data.inbox.id) ? this.#changeInbox(data.inbox) : this.#restart();
      case 'inbox.hidden':
        for (const lock of this.#locks.values()) lock.hidden(data.inboxId);
        return this.#restart();
      case 'read.marked':
        return this.rows.putRead(data.conversationId, data.read, event.seq);
      case 'conversation.moved':
        this.rows.left(data.conversationId, event.stream);
        return this.#readElsewhere(data.conversationId);
      case 'reply.delivery':
        return this.#threads.get(data.conversationId)?.event(event);
      case 'scheduled.changed':
        return this.#model.emit('scheduled.changed', { scheduled: data.scheduled });
      case 'member.changed':
      case 'notification.added':
      case 'notification.read':
    }
  }

  /** It left the inbox that it was read from: read from where it is now, or not at all. */
  #readElsewhere(conversationId: string): void {
    const thread = this.#threads.get(conversationId);
    thread?.forget();
    thread?.read();
  }

  #changeInbox(changed: Omit<InboxSummary, 'capability'>): void {
    const { inboxes } = this.#model;
    const all = inboxes.getSnapshot();
    inboxes.put(all.map((inbox) => (inbox.id === changed.id ? { ...inbox, ...changed } : inbox)));
  }

  /** Everything that was read is to be read afresh: it may have gaps, or belong to somebody else now. */
  #forget(keptStream?: string): void {
    this.#streams.keep(keptStream === undefined ? [] : [keptStream]);
    this.rows.forget(keptStream === undefined);
    for (const lock of this.#locks.values()) lock.forget();
    for (const thread of this.#threads.values()) thread.forget();
    for (const list of this.#lists) list.forget();
    this.#model.emit('resync', {});
  }

  #all(): ConversationKeeper[] {
    return [...this.#model.conversations.values()];
  }

  /** The keeper of a conversation's lock: one that says something to this session has one, whether it is open here or not. */
  #lockOf(row: ConversationRow): LockKeeper | undefined {
    const { conversations, greeting } = this.#model;
    if (greeting && !this.#locks.has(row.id) && concerns(greeting, row)) conversations.of(row.id);
    return this.#locks.get(row.id);
  }

  /** The locks that the session has by the newest greeting. */
  #locksGreeted(): Map<string, LockView> {
    return new Map(this.#model.greeting?.locks.map(({ conversationId, lock }) => [conversationId, lock]));
  }

  /** Those of conversations that this page does not open. */
  #unwanted(): string[] {
    return [...this.#locksGreeted().keys()].filter((id) => !this.#threads.get(id)?.isActive);
  }

  /** A reload resumed locks of conversations that this page does not open any more: nobody would give them back. */
  #leaveUnwanted(): void {
    const { commands, core } = this.#model;
    for (const id of this.#unwanted()) {
      commands
        .about(id, 'conversation.leave', {}, { onLoss: 'reject' })
        .catch((error: unknown) => core.log('debug', `Leaving ${id} failed.`, error));
    }
  }

  #tellVisible(): void {
    const state = this.#runtime.visible.get() ? 'active' : 'hidden';
    this.#model.commands.signal('presence', { state });
  }
}

type Ids = readonly { readonly id: string }[];
/** The ids of those that are not among the others. */
function missing(from: Ids, among: Ids): string[] {
  return from.map(({ id }) => id).filter((id) => !among.some((other) => other.id === id));
}
