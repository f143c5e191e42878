import type { ConversationRow, DraftKind } from '@latchbox/shared/model/conversation';
import type { Attachment } from '@latchbox/shared/model/attachment';
import type { Entry, NoteEntry, ReplyEntry } from '@latchbox/shared/model/entry';
import type { LockPeriod } from '@latchbox/shared/model/lock';
import type { ScheduledReply } from '@latchbox/shared/model/scheduled';
import type { Typist, Viewer } from '@latchbox/shared/model/presence';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { AboutName, CallOptions } from '../connection/commands.ts';
import type { Hub } from '../hub.ts';
import { type Readable, Store } from '../lib/readable.ts';
import { type Abortable, onAbort } from '../lib/scope.ts';
import type { HtmlOptions, MailHtml, PreparedReply } from '../rest-types.ts';
import type { ServerTime } from '../connection/clock.ts';
import type { ThreadReading } from '../works.ts';
import { type Draft, DraftKeeper } from './draft.ts';
import { Lock } from './lock.ts';
import { type NoteInput, Outgoing, type Pending, type ReplyInput, type ScheduleInput } from './outgoing.ts';
import type { Room } from './room.ts';
import type { Conversation, ConversationSnapshot, Lease, OpenOptions } from './types.ts';

const HISTORY_PAGE = 200;
const EARLIER = 50;
const UNKNOWN = { status: 'idle', row: null, entries: [], hasMore: false, unread: false } as const;
const LOADING = { ...UNKNOWN, status: 'loading' } as const;

/** A conversation of a client: puts the thread, the lock, the drafts and the sends together into one snapshot. */
export class ConversationKeeper extends Store<ConversationSnapshot> implements Conversation, Room {
  readonly id: string;
  readonly hub: Hub;
  readonly lock: Lock;
  readonly drafts: Room['drafts'];
  readonly typists: Readable<readonly Typist[]>;
  readonly viewers: Readable<readonly Viewer[]>;
  reader: ThreadReading | undefined;
  leases = 0;
  wantsLock = false;
  readonly outgoing: Outgoing;
  #ready: Promise<void> | undefined;
  #stopLinger: (() => void) | undefined;

  constructor(hub: Hub, id: string) {
    super(hub.core.scope, { ...UNKNOWN, outgoing: [] });
    this.hub = hub;
    this.id = id;
    this.lock = new Lock(hub, id);
    ({ typists: this.typists, viewers: this.viewers } = hub.around.of(id));
    const draft = (kind: DraftKind) => new DraftKeeper(hub, id, kind, () => this.reader?.stoppedTyping());
    this.drafts = { reply: draft('reply'), note: draft('note') };
    this.outgoing = new Outgoing(this);
  }

  get ready(): Promise<void> {
    if (this.#ready) return this.#ready;
    const ready = this.until(({ status }) => status === 'ready' || status === 'gone').then((snapshot) => {
      if (snapshot.status !== 'gone') return;
      this.#ready = undefined;
      throw snapshot.error;
    });
    // Also taken by nobody, while it is being rendered for example.
    ready.catch(() => {});
    return (this.#ready = ready);
  }

  draft(kind: DraftKind): Draft {
    return this.drafts[kind];
  }

  open({ lock, signal }: OpenOptions = {}): Lease {
    const { later, timings } = this.hub.core;
    this.leases += 1;
    this.#stopLinger?.();
    if (lock !== 'none') this.wantsLock = true;
    this.reader?.opened();
    this.changed();
    let off = (): void => {};
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      off();
      this.leases -= 1;
      if (this.leases === 0) this.#stopLinger = later(timings.leaseLinger, () => this.#leave());
    };
    off = onAbort(signal, release);
    return { release, [Symbol.dispose]: release };
  }

  activity(kind: DraftKind | 'reading'): void {
    if (kind !== 'reading') this.lock.keeping?.typed(kind);
    this.reader?.did(kind);
  }

  reply(input: ReplyInput): Pending<ReplyEntry> {
    return this.outgoing.send('reply', input) as Pending<ReplyEntry>;
  }

  async schedule({
    clientId = this.hub.core.newId(),
    attachments,
    ...input
  }: ScheduleInput): Promise<ScheduledReply> {
    const lastSeen = this.reader?.newest ?? 0;
    const files = attachments && { attachments: [...attachments] };
    const asked = { ...input, ...files, clientId, lastSeen };
    this.drafts.reply.take(input.body);
    try {
      const { scheduled } = await this.#call('reply.schedule', asked);
      this.drafts.reply.sent();
      return scheduled;
    } catch (error) {
      this.drafts.reply.restore(input.body);
      throw error;
    }
  }

  async scheduled(options?: Abortable): Promise<readonly ScheduledReply[]> {
    const asked = { conversationId: this.id };
    return (await this.hub.commands.call('reply.scheduled', asked, options)).scheduled;
  }

  note(input: NoteInput): Pending<NoteEntry> {
    return this.outgoing.send('note', input) as Pending<NoteEntry>;
  }

  sendAnyway(clientId: string): Pending<Entry> {
    return this.outgoing.sendAnyway(clientId);
  }

  discard(clientId: string): void {
    this.outgoing.discard(clientId);
  }

  async assign(assigneeId: string | null, teamId?: string | null): Promise<void> {
    await this.#call('conversation.assign', { assigneeId, teamId });
  }

  async setStatus(status: 'open' | 'archived'): Promise<void> {
    await this.#call('conversation.status', { status });
  }

  async snooze(until: ServerTime): Promise<void> {
    await this.#call('conversation.snooze', { until });
  }

  async retry(position: number): Promise<void> {
    await this.#call('reply.retry', { position });
  }

  async drop(position: number): Promise<void> {
    await this.#call('reply.drop', { position });
  }

  async undo(position: number): Promise<readonly Attachment[]> {
    const { draft, attachments } = await this.#call('reply.undo', { position });
    this.drafts.reply.read([{ kind: 'reply', ...draft }]);
    return attachments;
  }

  prepareReply(position?: number, options?: Abortable): Promise<PreparedReply> {
    return this.#call('reply.prepare', position === undefined ? {} : { position }, options);
  }

  async earlier(options?: Abortable): Promise<readonly ConversationRow[]> {
    return (await this.#call('conversation.earlier', { limit: EARLIER }, options)).rows;
  }

  html(position: number, options?: HtmlOptions): Promise<MailHtml> {
    return this.hub.rest((rest) => rest.html(this.id, position, options), options);
  }

  rawMail(position: number, options?: Abortable): Promise<Blob> {
    return this.hub.rest((rest) => rest.rawEntry(this.id, position, options), options);
  }

  markRead(): Promise<void> {
    return this.#mark(Math.max(this.reader?.newest ?? 0, this.#row?.newestPosition ?? 0));
  }

  markUnread(): Promise<void> {
    return this.#mark(Math.max(0, (this.#row?.newestIncoming ?? 0) - 1));
  }

  async older(options?: Abortable): Promise<void> {
    await this.reader?.older(options);
  }

  async history(options?: Abortable): Promise<readonly LockPeriod[]> {
    const periods: LockPeriod[] = [];
    for (;;) {
      const input = { before: periods.at(-1)?.fence ?? null, limit: HISTORY_PAGE };
      const page = await this.#call('conversation.history', input, options);
      periods.push(...page.periods);
      if (!page.hasMore) return periods;
    }
  }

  historyCsv(options?: Abortable): Promise<Blob> {
    return this.hub.rest((rest) => rest.historyCsv(this.id, options), options);
  }

  /** Saves what is unsaved; before the client closes. */
  async flush(): Promise<void> {
    await Promise.all(Object.values(this.drafts).map((draft) => draft.flush()));
  }

  settled(entries: readonly Entry[]): void {
    for (const entry of entries) this.outgoing.arrived(entry);
    this.outgoing.pump();
    this.changed();
  }

  changed(): void {
    const unread = this.leases > 0 ? LOADING : UNKNOWN;
    this.put({ ...(this.reader?.seen() ?? unread), outgoing: this.outgoing.messages });
  }

  get #row(): ConversationRow | undefined {
    return this.hub.works?.row(this.id);
  }

  #leave(): void {
    this.wantsLock = false;
    this.reader?.leave();
    this.changed();
  }

  async #mark(read: number): Promise<void> {
    if (this.hub.works) await this.hub.works.mark(this.id, read);
    else await this.#call('conversation.mark', { read });
  }

  #call<N extends AboutName>(
    name: N,
    input: Omit<UpInput<N>, 'conversationId'>,
    options?: CallOptions,
  ): Promise<UpResult<N>> {
    return this.hub.commands.about(this.id, name, input, options);
  }
}
