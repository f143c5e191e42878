import type { Accounts } from '@latchbox/shared/model/account';
import type { Me } from '@latchbox/shared/model/agent';
import type { ScheduledReply } from '@latchbox/shared/model/scheduled';
import type { Attachment } from '@latchbox/shared/model/attachment';
import type { InboxCounts } from '@latchbox/shared/realtime/up/inbox-counts';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
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
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import { type Abortable, joined, type Unsubscribe, waitFor } from './lib/scope.ts';
import type { Model } from './model.ts';
import type { Rest } from './rest.ts';
import type {
  FileLink,
  Mail,
  MailPage,
  MailsOptions,
  RequestOptions,
  ScheduleChange,
  UploadOptions,
} from './rest-types.ts';
import { type ListQuery, LiveList } from './sync/list.ts';
import type { RestRequest } from './transport.ts';
import type {
  ComposeCheck,
  ComposeInput,
  ComposeTarget,
  Composing,
  FindContactsOptions,
  FoundContact,
} from './writing-first.ts';

const TRY_AGAIN = 2_000;

/** Everything one client keeps and hands out. What happens to it is the engine's, which comes with the first `connect()`. */
export class Keeper implements Model, LatchboxClient {
  readonly core: Core;
  readonly options: LatchboxOptions;
  readonly commands: Commands;
  readonly around: Hub['around'];
  readonly presence: Model['presence'];
  readonly connection: Store<ConnectionState>;
  readonly me: Store<Me | null>;
  readonly inboxes: Directory;
  readonly counts: Store<readonly InboxCounts[]>;
  readonly accounts: Store<Accounts | null>;
  readonly sync: Store<{ readonly unsent: number; readonly failed: number }>;
  readonly clock: LatchboxClient['clock'];
  readonly conversations: Made<ConversationKeeper>;
  readonly lists = new Map<string, LiveList>();
  greeting: Greeting | undefined;
  line: Hub['line'] = 'slow';
  readonly #events: Events;
  works: Engine | undefined;
  #closing: Promise<void> | undefined;

  constructor(core: Core, options: LatchboxOptions) {
    const { scope } = core;
    this.core = core;
    this.options = options;
    this.clock = { now: core.clock.now, later: core.later };
    this.commands = new Commands(core);
    this.connection = new Store<ConnectionState>(scope, { name: 'idle' });
    this.me = new Store<Me | null>(scope, null);
    this.counts = new Store<readonly InboxCounts[]>(scope, [], () => this.works?.counts.ask());
    this.accounts = new Store<Accounts | null>(scope, null, () => this.works?.first.ask());
    this.sync = new Store(scope, { unsent: 0, failed: 0 });
    this.#events = new Events(scope);
    this.around = new Made(() => ({ typists: new Store(scope, []), viewers: new Store(scope, []) }));
    this.presence = new Made(() => new Store(scope, { people: [], total: 0 }));
    this.inboxes = new Directory(this);
    this.conversations = new Made((id) => {
      const conversation = new ConversationKeeper(this, id);
      this.works?.readThread(conversation);
      return conversation;
    });
  }

  inbox(id: string): Inbox {
    return this.inboxes.each.of(id);
  }

  inboxSummary(id: string | undefined): InboxSummary | undefined {
    return this.inboxes.get(id);
  }

  countSends(): void {
    const all = [...this.conversations.values()];
    const count = (state: 'sending' | 'failed'): number =>
      all.reduce((sum, { outgoing }) => sum + outgoing.count(state), 0);
    this.sync.put({ unsent: count('sending') + (this.works?.first.unsent ?? 0), failed: count('failed') });
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

  list({ inboxIds, status, assignee, unread }: ListQuery = {}): LiveList {
    const query = { inboxIds: inboxIds && [...inboxIds].sort(), status, assignee, unread };
    const key = JSON.stringify(query);
    let list = this.lists.get(key);
    if (!list) {
      this.lists.set(key, (list = new LiveList(this, query)));
      this.works?.readList(list);
    }
    return list;
  }

  conversation(id: string): ConversationKeeper {
    return this.conversations.of(id);
  }

  online(options?: Abortable): Promise<void> {
    return this.#connected(this.core.timings.ackTimeout, 'offline', options);
  }

  async rest<T>(ask: (rest: Rest) => Promise<T>, options?: Abortable): Promise<T> {
    await this.online(options);
    if (!this.works) throw refuse('offline');
    return await ask(this.works.rest);
  }

  async setDefaultInbox(inboxId: string | null): Promise<void> {
    await this.commands.call('account.setDefault', { inboxId });
    this.works?.first.ask();
  }

  async findContacts(
    text: string,
    { limit = 8, channel, signal }: FindContactsOptions = {},
  ): Promise<readonly FoundContact[]> {
    return (await this.commands.call('contact.find', { text, limit, channel }, { signal })).contacts;
  }

  checkCompose(target: ComposeTarget, options?: Abortable): Promise<ComposeCheck> {
    return this.commands.call('compose.check', target, options);
  }

  compose({ clientId = this.core.newId(), ...message }: ComposeInput): Composing {
    const confirmed = this.#engine().then(({ first }) => first.compose({ ...message, clientId }));
    confirmed.catch(() => {});
    return { clientId, confirmed };
  }

  /** Once the first `connect()` has brought it. */
  async #engine(): Promise<Engine> {
    await this.connection.until(() => this.works !== undefined);
    return this.works as Engine;
  }

  upload(file: Blob | Uint8Array, options: UploadOptions): Promise<Attachment> {
    return this.rest((rest) => rest.upload(file, options), options);
  }

  fileLink(attachmentId: string, options?: Abortable): Promise<FileLink> {
    return this.rest((rest) => rest.fileLink(attachmentId, options), options);
  }

  async scheduled(options?: Abortable): Promise<readonly ScheduledReply[]> {
    return (await this.commands.call('reply.scheduled', {}, options)).scheduled;
  }

  async reschedule(id: string, change: ScheduleChange): Promise<ScheduledReply> {
    return (await this.commands.call('reply.reschedule', { id, ...change })).scheduled;
  }

  async unschedule(id: string): Promise<ScheduledReply> {
    return (await this.commands.call('reply.unschedule', { id })).scheduled;
  }

  mails(options?: MailsOptions): Promise<MailPage> {
    return this.rest((rest) => rest.mails(options), options);
  }

  mail(id: string, options?: Abortable): Promise<Mail> {
    return this.rest((rest) => rest.mail(id, options), options);
  }

  rawMail(id: string, options?: Abortable): Promise<Blob> {
    return this.rest((rest) => rest.rawMail(id, options), options);
  }

  request<T>(method: RestRequest['method'], path: string, options?: RequestOptions): Promise<T> {
    return this.rest((rest) => rest.request<T>(method, path, options), options);
  }

  connect(options?: Abortable): Promise<void> {
    if (this.works) this.works.connect();
    else if (this.connection.getSnapshot().name === 'idle') void this.#begin();
    return this.#connected(this.core.timings.connectTimeout, 'timeout', options);
  }

  /** Resolves once connected. Rejects with `code` after `ms`, and where only a person can help. */
  #connected(ms: number, code: 'timeout' | 'offline', options?: Abortable): Promise<void> {
    const { core, connection } = this;
    return waitFor<void>(core.scope, options?.signal, (resolve, reject) => {
      const check = (): void => {
        const state = connection.getSnapshot();
        if (state.name === 'connected') resolve();
        else if (state.name === 'needs-auth' || state.name === 'outdated') reject(state.error);
      };
      const late = (): void => reject(refuse(code));
      const off = joined(connection.subscribe(check), core.later(ms, late));
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

  async #begin(attempt = 1, error?: AnyLatchboxError): Promise<void> {
    this.connection.put({ name: 'connecting', attempt, ...(error && { error }) });
    try {
      engineCode.loaded ??= await engineCode.load();
    } catch (cause) {
      // The network is gone, or the page's files have moved.
      this.core.log('warn', 'The engine could not be loaded.', cause);
      this.core.later(TRY_AGAIN, () => void this.#begin(attempt + 1, refuse('offline', cause)));
      return;
    }
    if (this.core.scope.ended) return;
    this.works = new engineCode.loaded.Engine(this);
    this.works.connect();
  }

  async #close(signOut: boolean): Promise<void> {
    if (this.line === 'up') {
      await Promise.all([...this.conversations.values()].map((conversation) => conversation.flush()));
      await this.commands
        .call('session.close', { signOut }, { onLoss: 'reject' })
        .catch((error: unknown) => this.core.log('debug', 'session.close failed.', error));
    }
    this.works?.close();
    this.connection.put({ name: 'closed' });
    this.core.scope.end();
  }
}
