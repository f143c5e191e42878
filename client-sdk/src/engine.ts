import type { LockView } from '@latchbox/shared/model/lock';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import { LatchboxError } from '@latchbox/shared/error-codes';
import { Connection } from './connection/connection.ts';
import type { ConnectionParts, DownItem, Greeting } from './connection/states.ts';
import type { ConversationKeeper } from './conversation/conversation.ts';
import { refuse } from './lib/refuse.ts';
import type { Model } from './model.ts';
import { socketIoTransport } from './socket-io.ts';
import { Streams } from './sync/streams.ts';
import type { Link } from './transport.ts';
import { CLIENT_NAME } from './version.ts';

/**
 * What talks to the server and keeps the model up to date: the connection, and the streams of events. Not needed before
 * `connect()`, which loads it beside Socket.IO; from then on nothing more is loaded.
 */
export class Engine {
  readonly streams: Streams;
  readonly #model: Model;
  readonly #connection: Connection;

  constructor(model: Model) {
    const { commands, core, options, there } = model;
    this.#model = model;
    this.streams = new Streams({
      core,
      commands,
      apply: (event) => this.#apply(event),
      present: (inboxId, present) => there.present(inboxId, present),
      gap: () => this.#restart(),
    });
    this.#connection = new Connection(core, {
      urls: typeof options.url === 'string' ? [options.url] : options.url,
      auth: options.auth,
      transport: options.transport ?? socketIoTransport(),
      client: CLIENT_NAME,
      state: model.connection,
      setLine: (line) => this.#setLine(line),
      greeted: (greeting, link) => this.#greeted(greeting, link),
      up: (link) => this.#up(link),
      down: () => this.#down(),
      item: (item) => this.#item(item),
      frameDone: () => model.flush(),
      refresh: (input) => commands.call('auth.refresh', input, { onLoss: 'reject' }),
    });
    core.scope.onEnd(core.runtime.visible.subscribe(() => this.#tellVisible()));
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
    this.#model.there.clear();
    for (const { lock } of this.#all()) lock.refresh();
  }

  /** Brings the streams up to now. Nothing else is said on this connection before that. */
  async #greeted(greeting: Greeting, link: Link): Promise<void> {
    const model = this.#model;
    const { logEpoch, inboxes, locks, me } = greeting;
    const before = model.greeting;
    const seen = model.inboxes.getSnapshot();
    const came = missing(inboxes, seen);
    const went = missing(seen, inboxes);
    model.greeting = greeting;
    model.me.put(me);
    model.inboxes.put(inboxes);
    const own = model.ownStream();
    if (before && before.logEpoch !== logEpoch) this.#forget();
    else if (before && came.length + went.length > 0) this.#forget(own);
    for (const inboxId of came) model.emit('inbox.visible', { inboxId });
    for (const inboxId of went) model.emit('inbox.hidden', { inboxId });
    // What is replayed now is newer than what was said of these.
    for (const { conversationId, lock } of locks)
      model.conversations.get(conversationId)?.lock.see(lock, true);
    const streams = [own, ...inboxes.map(({ id }) => `inbox:${id}`)];
    const subscribe = () => this.streams.subscribe(link, logEpoch, streams);
    await subscribe().catch((error: unknown) => {
      if (!LatchboxError.is(error, 'resync')) throw error;
      this.#forget();
      return subscribe();
    });
    model.flush();
    if (!before && locks.length > 0)
      model.core.later(model.core.timings.slowAfter, () => this.#leaveUnwanted());
  }

  #up(link: Link): void {
    const { commands, lists } = this.#model;
    const locks = this.#locks();
    commands.open(link);
    for (const conversation of this.#all()) conversation.up(locks.has(conversation.id));
    for (const list of lists.values()) list.load();
    // Locks of the greeting may have ended before the streams began; those that are opened are read anyway.
    for (const id of this.#unwanted()) this.#model.look(id);
    this.#tellVisible();
  }

  #down(): void {
    this.#model.commands.detach();
    for (const conversation of this.#all()) conversation.down();
  }

  #item(item: Exclude<DownItem, { t: 'goodbye' }>): void {
    const { core, conversations, there } = this.#model;
    switch (item.t) {
      case 'event':
        return this.streams.event(item.event);
      case 'head':
        core.clock.sample(item.serverTime);
        return this.streams.heads(item.heads);
      case 'typing':
      case 'viewers':
      case 'presence':
        return there.item(item);
      case 'lock.uncertain':
        return conversations.get(item.conversationId)?.lock.setUncertain(item.fence, item.uncertain);
      default:
        // Of a newer server: it knows that this client cannot know it.
        return item satisfies never;
    }
  }

  #apply(event: StreamEvent): void {
    const { conversations, rows } = this.#model;
    const { data, seq } = event;
    if ('row' in data) {
      const { row } = data;
      const conversation = conversations.get(row.id);
      if (data.type === 'lock.ended') conversation?.lock.ended(data.fence, data.reason);
      // A new message is unread wherever the mark is, so it need not be asked for.
      const isMessage = data.type === 'entry.added' && data.entry.kind === 'message';
      if (isMessage && rows.readMark(row.id) === undefined) rows.putRead(row.id, data.entry.position - 1, 0);
      rows.put(row, seq);
      conversation?.event(event);
      if (data.type === 'entry.added') {
        const { id: conversationId, inboxId } = row;
        this.#model.emit('entry.added', { conversationId, inboxId, entry: data.entry });
      }
    } else {
      this.#applyPlain(event, data);
    }
    this.#model.emit('event', event);
  }

  #applyPlain(event: StreamEvent, data: Exclude<StreamEvent['data'], { row: unknown }>): void {
    const { conversations, inboxes, rows } = this.#model;
    switch (data.type) {
      case 'inbox.changed':
        return inboxes.change(data.inbox);
      case 'inbox.visible':
        // One that was not seen before is greeted with all the others.
        return inboxes.get(data.inbox.id) ? inboxes.change(data.inbox) : this.#restart();
      case 'inbox.hidden':
        for (const { lock } of this.#all()) lock.hidden(data.inboxId);
        return this.#restart();
      case 'read.marked':
        return rows.putRead(data.conversationId, data.read, event.seq);
      case 'reply.delivery':
        return conversations.get(data.conversationId)?.event(event);
      case 'member.changed':
    }
  }

  /** Everything that was read is to be read afresh: it may have gaps, or belong to somebody else now. */
  #forget(keptStream?: string): void {
    const { lists, rows } = this.#model;
    this.streams.keep(keptStream === undefined ? [] : [keptStream]);
    rows.forget(keptStream === undefined);
    for (const conversation of this.#all()) conversation.forget();
    for (const list of lists.values()) list.forget();
    this.#model.emit('resync', {});
  }

  #all(): ConversationKeeper[] {
    return [...this.#model.conversations.values()];
  }

  /** The locks that the session has by the newest greeting. */
  #locks(): Map<string, LockView> {
    return new Map(this.#model.greeting?.locks.map(({ conversationId, lock }) => [conversationId, lock]));
  }

  /** Those of conversations that this page does not open. */
  #unwanted(): string[] {
    return [...this.#locks().keys()].filter((id) => !this.#model.conversations.get(id)?.viewing.active);
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
    const { commands, core } = this.#model;
    commands.signal('presence', { state: core.runtime.visible.get() ? 'active' : 'hidden' });
  }
}

/** The ids of those that are not among the others. */
function missing(
  from: readonly { readonly id: string }[],
  among: readonly { readonly id: string }[],
): string[] {
  return from.map(({ id }) => id).filter((id) => !among.some((other) => other.id === id));
}
