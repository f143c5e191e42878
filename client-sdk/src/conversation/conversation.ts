import type { ConversationRow, DraftKind } from '@latchbox/shared/model/conversation';
import type { Entry, NoteEntry, ReplyEntry } from '@latchbox/shared/model/entry';
import type { LockPeriod, LockView } from '@latchbox/shared/model/lock';
import type { Typist, Viewer } from '@latchbox/shared/model/presence';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { AboutName, CallOptions } from '../connection/commands.ts';
import type { Hub } from '../hub.ts';
import { type Readable, Store } from '../lib/readable.ts';
import type { Abortable } from '../lib/scope.ts';
import { Activity } from './activity.ts';
import { type Draft, DraftKeeper } from './draft.ts';
import { Lock } from './lock.ts';
import { type NoteInput, Outgoing, type Pending, type ReplyInput } from './outgoing.ts';
import type { Room } from './room.ts';
import { Thread } from './thread.ts';
import type { Conversation, ConversationSnapshot, Lease, OpenOptions } from './types.ts';
import { Viewing } from './viewing.ts';

const PAGE = 50;
const HISTORY_PAGE = 200;

/** A conversation of a client: puts the thread, the lock, the drafts and the sends together into one snapshot. */
export class ConversationKeeper extends Store<ConversationSnapshot> implements Conversation, Room {
  readonly id: string;
  readonly hub: Hub;
  readonly lock: Lock;
  readonly thread = new Thread();
  readonly drafts: Room['drafts'];
  readonly typists: Readable<readonly Typist[]>;
  readonly viewers: Readable<readonly Viewer[]>;
  readonly viewing: Viewing;
  readonly outgoing: Outgoing;
  readonly #activity: Activity;
  #ready: Promise<void> | undefined;
  #row: ConversationRow | null;

  constructor(hub: Hub, id: string, lock: LockView | undefined) {
    const row = hub.rows.get(id) ?? null;
    super(hub.core.scope, {
      status: 'idle',
      row: null,
      entries: [],
      outgoing: [],
      hasMore: false,
      unread: false,
    });
    this.hub = hub;
    this.id = id;
    this.#row = row;
    this.lock = new Lock(hub, id, row?.lock ?? lock);
    ({ typists: this.typists, viewers: this.viewers } = hub.there.conversations.of(id));
    this.#activity = new Activity(hub, id);
    const draft = (kind: DraftKind) => new DraftKeeper(hub, id, kind, () => this.#activity.stopped());
    this.drafts = { reply: draft('reply'), note: draft('note') };
    this.outgoing = new Outgoing(this);
    this.viewing = new Viewing(this);
    this.changed();
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

  open(options: OpenOptions = {}): Lease {
    const lease = this.viewing.open(options);
    this.changed();
    return lease;
  }

  activity(kind: DraftKind | 'reading'): void {
    if (kind !== 'reading') this.lock.typed(kind);
    this.#activity.did(kind);
  }

  reply(input: ReplyInput): Pending<ReplyEntry> {
    return this.outgoing.send('reply', input) as Pending<ReplyEntry>;
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

  async assign(assigneeId: string | null): Promise<void> {
    await this.#call('conversation.assign', { assigneeId });
  }

  async setStatus(status: 'open' | 'archived'): Promise<void> {
    await this.#call('conversation.status', { status });
  }

  markRead(): Promise<void> {
    return this.#mark(Math.max(this.thread.newest, this.hub.rows.get(this.id)?.newestPosition ?? 0));
  }

  markUnread(): Promise<void> {
    return this.#mark(Math.max(0, (this.hub.rows.get(this.id)?.newestIncoming ?? 0) - 1));
  }

  async older(options?: Abortable): Promise<void> {
    const before = this.thread.entries[0]?.position;
    if (before === undefined || !this.thread.hasMore) return;
    const page = await this.#call('conversation.older', { before, limit: PAGE }, options);
    this.thread.older(page.entries, page.hasMore);
    this.changed();
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

  /** A connection is up. `hasLock`: the session has the lock here, by the greeting. */
  up(hasLock: boolean): void {
    this.lock.up(hasLock);
    this.viewing.read();
    for (const draft of Object.values(this.drafts)) draft.changed();
    this.outgoing.pump();
    this.changed();
  }

  down(): void {
    this.viewing.down();
    this.lock.refresh();
    this.changed();
  }

  event(event: StreamEvent): void {
    const { data } = event;
    if (data.type === 'entry.added') this.outgoing.arrived(data.entry);
    this.viewing.event(event);
  }

  /** Everything is to be read afresh. */
  forget(): void {
    this.lock.forget();
    this.viewing.forget();
  }

  /** Saves what is unsaved; before the client closes. */
  async flush(): Promise<void> {
    await Promise.all(Object.values(this.drafts).map((draft) => draft.flush()));
  }

  isCurrent(): boolean {
    return this.hub.line === 'up' && this.viewing.fresh;
  }

  settled(): void {
    for (const entry of this.thread.entries) this.outgoing.arrived(entry);
    this.outgoing.pump();
    this.changed();
  }

  changed(): void {
    const { rows } = this.hub;
    const { gone: error, status } = this.viewing;
    // While it is being read afresh the last known row stays.
    const row = (this.#row = rows.get(this.id) ?? (status === 'loading' ? this.#row : null));
    const { entries, hasMore } = this.thread;
    const unread = rows.shown(this.id)?.unread ?? false;
    const said = { row, entries, outgoing: this.outgoing.messages, hasMore, unread };
    this.put(error ? { ...said, row: null, status: 'gone', error } : { ...said, status });
  }

  async #mark(read: number): Promise<void> {
    const { hub, id } = this;
    // Shown at once; the event that says so is newer than all that was told before.
    hub.rows.putRead(id, read, hub.marksAt());
    hub.flush();
    try {
      await this.#call('conversation.mark', { read });
    } catch (error) {
      hub.look(id);
      throw error;
    }
  }

  #call<N extends AboutName>(
    name: N,
    input: Omit<UpInput<N>, 'conversationId'>,
    options?: CallOptions,
  ): Promise<UpResult<N>> {
    return this.hub.commands.about(this.id, name, input, options);
  }
}
