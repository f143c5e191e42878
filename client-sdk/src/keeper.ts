import type { Me } from '@latchbox/shared/model/agent';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import type { Inbox, LatchboxClient, LatchboxOptions } from './client.ts';
import { Commands } from './connection/commands.ts';
import type { ConnectionState, Greeting } from './connection/states.ts';
import { ConversationKeeper } from './conversation/conversation.ts';
import type { Core } from './core.ts';
import { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { engineCode } from './engine-code.ts';
import { type EventMap, type EventName, type EventOf, Events } from './events.ts';
import type { Hub } from './hub.ts';
import { Made } from './lib/made.ts';
import { Store } from './lib/readable.ts';
import { refuse } from './lib/refuse.ts';
import { type Abortable, joined, take, type Unsubscribe, waitFor } from './lib/scope.ts';
import type { Model } from './model.ts';
import { type ListQuery, LiveList } from './sync/list.ts';
import { Rows } from './sync/rows.ts';
import { There } from './sync/there.ts';

const TRY_AGAIN = 2_000;

/** Everything one client keeps and hands out. What happens to it is the engine's, which comes with the first `connect()`. */
export class Keeper implements Model, LatchboxClient {
  readonly core: Core;
  readonly options: LatchboxOptions;
  readonly commands: Commands;
  readonly rows: Rows;
  readonly there: There;
  readonly connection: Store<ConnectionState>;
  readonly me: Store<Me | null>;
  readonly inboxes: Directory;
  readonly sync: Store<{ readonly unsent: number; readonly failed: number }>;
  readonly clock: LatchboxClient['clock'];
  readonly conversations: Made<ConversationKeeper>;
  readonly lists = new Map<string, LiveList>();
  greeting: Greeting | undefined;
  line: Hub['line'] = 'slow';
  readonly #events: Events;
  #engine: Engine | undefined;
  #closing: Promise<void> | undefined;

  constructor(core: Core, options: LatchboxOptions) {
    const { scope } = core;
    this.core = core;
    this.options = options;
    this.clock = { now: core.clock.now, later: core.later };
    this.commands = new Commands(core);
    this.connection = new Store<ConnectionState>(scope, { name: 'idle' });
    this.me = new Store<Me | null>(scope, null);
    this.sync = new Store(scope, { unsent: 0, failed: 0 });
    this.#events = new Events(scope);
    this.there = new There(core, () => this.greeting?.me.id);
    this.inboxes = new Directory({ scope, there: this.there, list: (query) => this.list(query) });
    this.rows = new Rows((row) => this.conversations.get(row.id)?.lock.see(row.lock, true));
    this.conversations = new Made((id) => {
      const told = this.greeting?.locks.find(({ conversationId }) => conversationId === id);
      return new ConversationKeeper(this, id, told?.lock);
    });
  }

  inbox(id: string): Inbox {
    return this.inboxes.inboxes.of(id);
  }

  inboxSummary(id: string | undefined): InboxSummary | undefined {
    return this.inboxes.get(id);
  }

  marksAt(): number {
    return this.#engine?.streams.position(this.ownStream()) ?? 0;
  }

  ownStream(): string {
    return `agent:${this.greeting?.me.id}`;
  }

  look(id: string): void {
    const marksAt = this.marksAt();
    // Nothing is shown as unread by guessing; the answer and whatever is told meanwhile are newer.
    this.rows.putRead(id, this.rows.get(id)?.newestIncoming ?? 0, -1);
    this.commands.about(id, 'conversation.open', { view: false, limit: 1 }).then(
      ({ asOf, read, row }) => {
        this.rows.putRead(id, read, marksAt);
        this.rows.put(row, asOf.seq);
        this.flush();
      },
      (error: AnyLatchboxError) => {
        if (error.retry !== 'never') this.core.later(TRY_AGAIN, () => this.look(id));
      },
    );
  }

  flush(): void {
    const changed = take(this.rows.dirty);
    if (changed.length === 0) return;
    for (const id of changed) this.conversations.get(id)?.changed();
    for (const list of this.lists.values()) list.apply(changed);
  }

  countSends(): void {
    const all = [...this.conversations.values()];
    const count = (state: 'sending' | 'failed'): number =>
      all.reduce((sum, { outgoing }) => sum + outgoing.count(state), 0);
    this.sync.put({ unsent: count('sending'), failed: count('failed') });
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

  list({ inboxIds, status, assignee }: ListQuery = {}): LiveList {
    const query = { inboxIds: inboxIds && [...inboxIds].sort(), status, assignee };
    const key = JSON.stringify(query);
    const list = this.lists.get(key) ?? new LiveList(this, query);
    this.lists.set(key, list);
    return list;
  }

  conversation(id: string): ConversationKeeper {
    return this.conversations.of(id);
  }

  connect(options?: Abortable): Promise<void> {
    const { core, connection } = this;
    if (this.#engine) this.#engine.connect();
    else if (connection.getSnapshot().name === 'idle') void this.#begin();
    return waitFor<void>(core.scope, options?.signal, (resolve, reject) => {
      const check = (): void => {
        const state = connection.getSnapshot();
        if (state.name === 'connected') resolve();
        else if (state.name === 'needs-auth' || state.name === 'outdated') reject(state.error);
      };
      const late = (): void => reject(refuse('timeout'));
      const off = joined(connection.subscribe(check), core.later(core.timings.connectTimeout, late));
      check();
      return off;
    });
  }

  close(options?: { readonly signOut?: boolean }): Promise<void> {
    this.#closing ??= this.#close(options?.signOut === true);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #begin(): Promise<void> {
    this.connection.put({ name: 'connecting', attempt: 1 });
    try {
      engineCode.loaded ??= await import('./engine.ts');
    } catch (error) {
      // The network is gone, or the page's files have moved.
      this.core.log('warn', 'The second half of the client could not be loaded.', error);
      this.core.later(TRY_AGAIN, () => void this.#begin());
      return;
    }
    if (this.core.scope.ended) return;
    this.#engine = new engineCode.loaded.Engine(this);
    this.#engine.connect();
  }

  async #close(signOut: boolean): Promise<void> {
    if (this.line === 'up') {
      await Promise.all([...this.conversations.values()].map((conversation) => conversation.flush()));
      await this.commands
        .call('session.close', { signOut }, { onLoss: 'reject' })
        .catch((error: unknown) => this.core.log('debug', 'session.close failed.', error));
    }
    this.#engine?.close();
    this.connection.put({ name: 'closed' });
    this.core.scope.end();
  }
}
