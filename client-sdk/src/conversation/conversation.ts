import type { ConversationRow, DraftKind } from '@latchbox/shared/model/conversation';
import type { Entry, NoteEntry, ReplyEntry } from '@latchbox/shared/model/entry';
import type { LockPeriod, LockView } from '@latchbox/shared/model/lock';
import type { Typist, Viewer } from '@latchbox/shared/model/presence';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import type { Hub } from '../hub.ts';
import { type Readable, Store } from '../lib/readable.ts';
import type { Abortable } from '../lib/scope.ts';
import { Activity } from './activity.ts';
import { type Draft, DraftKeeper } from './draft.ts';
import { Lock } from './lock.ts';
import { type NoteInput, Outgoing, type Pending, type ReplyInput } from './outgoing.ts';
import { Thread } from './thread.ts';
import type { Conversation, ConversationSnapshot, Lease, OpenOptions } from './types.ts';
import { Viewing } from './viewing.ts';

const PAGE = 50;
const NONE: readonly never[] = Object.freeze([]);

/** A conversation of a client: puts the thread, the lock, the drafts and the sends together into one snapshot. */
export class ConversationKeeper extends Store<ConversationSnapshot> implements Conversation {
  readonly id: string;
  readonly lock: Lock;
  readonly typists: Readable<readonly Typist[]>;
  readonly viewers: Readable<readonly Viewer[]>;
  readonly #hub: Hub;
  readonly #thread = new Thread();
  readonly #viewing: Viewing;
  readonly #outgoing: Outgoing;
  readonly #activity: Activity;
  readonly #drafts: Readonly<Record<DraftKind, DraftKeeper>>;
  #ready: Promise<void> | undefined;
  #row: ConversationRow | null = null;

  constructor(hub: Hub, id: string, lock: LockView | undefined) {
    const row = hub.rows.get(id) ?? null;
    super(hub.core.scope, {
      status: 'idle',
      row,
      entries: NONE,
      outgoing: NONE,
      hasMore: false,
      unread: false,
    });
    this.#hub = hub;
    this.id = id;
    this.lock = new Lock(hub, id, row?.lock ?? lock);
    ({ typists: this.typists, viewers: this.viewers } = hub.there.conversation(id));
    this.#activity = new Activity(hub, id);
    const stopped = (): void => this.#activity.stopped();
    const reply = new DraftKeeper(hub, id, 'reply', stopped);
    const note = new DraftKeeper(hub, id, 'note', stopped);
    this.#drafts = { reply, note };
    const parts = { hub, id, lock: this.lock, thread: this.#thread, changed: () => this.publish() };
    this.#outgoing = new Outgoing({
      ...parts,
      draft: (kind) => this.#drafts[kind],
      isCurrent: () => hub.isUp() && this.#viewing.fresh,
    });
    this.#viewing = new Viewing({
      ...parts,
      drafts: [reply, note],
      settled: () => {
        for (const entry of this.#thread.entries) this.#outgoing.arrived(entry);
        this.#outgoing.pump();
      },
    });
    this.publish();
  }

  get ready(): Promise<void> {
    this.#ready ??= this.#untilReady();
    return this.#ready;
  }

  draft(kind: DraftKind): Draft {
    return this.#drafts[kind];
  }

  open(options: OpenOptions = {}): Lease {
    const lease = this.#viewing.open(options);
    this.publish();
    return lease;
  }

  activity(kind: DraftKind | 'reading'): void {
    if (kind !== 'reading') this.lock.typed(kind);
    this.#activity.did(kind);
  }

  reply(input: ReplyInput): Pending<ReplyEntry> {
    return this.#outgoing.reply(input);
  }

  note(input: NoteInput): Pending<NoteEntry> {
    return this.#outgoing.note(input);
  }

  sendAnyway(clientId: string): Pending<Entry> {
    return this.#outgoing.sendAnyway(clientId);
  }

  discard(clientId: string): void {
    this.#outgoing.discard(clientId);
  }

  async assign(assigneeId: string | null): Promise<void> {
    await this.#hub.commands.call('conversation.assign', { conversationId: this.id, assigneeId });
  }

  async setStatus(status: 'open' | 'archived'): Promise<void> {
    await this.#hub.commands.call('conversation.status', { conversationId: this.id, status });
  }

  markRead(): Promise<void> {
    return this.#mark(Math.max(this.#thread.newest, this.#hub.rows.get(this.id)?.newestPosition ?? 0));
  }

  markUnread(): Promise<void> {
    return this.#mark(Math.max(0, (this.#hub.rows.get(this.id)?.newestIncoming ?? 0) - 1));
  }

  async older(options: Abortable = {}): Promise<void> {
    const before = this.#thread.entries[0]?.position;
    if (before === undefined || !this.#thread.hasMore) return;
    const input = { conversationId: this.id, before, limit: PAGE };
    const { entries, hasMore } = await this.#hub.commands.call('conversation.older', input, options);
    this.#thread.older(entries, hasMore);
    this.publish();
  }

  async history(options: Abortable = {}): Promise<readonly LockPeriod[]> {
    const periods: LockPeriod[] = [];
    for (let before: number | null | undefined = null; before !== undefined; ) {
      const input = { conversationId: this.id, before, limit: 200 };
      const page: UpResult<'conversation.history'> = await this.#hub.commands.call(
        'conversation.history',
        input,
        options,
      );
      periods.push(...page.periods);
      before = page.hasMore ? page.periods.at(-1)?.fence : undefined;
    }
    return periods;
  }

  /** How many texts of this session are on their way, and how many were stopped. */
  get sends(): { unsent: number; failed: number } {
    const count = (wanted: string): number =>
      this.#outgoing.messages.filter(({ state }) => state === wanted).length;
    return { unsent: count('sending'), failed: count('failed') };
  }

  /** A connection is up. `hasLock`: the session has the lock here, by the greeting. */
  up(hasLock: boolean): void {
    this.lock.up(hasLock);
    this.#viewing.read();
    for (const draft of Object.values(this.#drafts)) draft.up();
    this.#outgoing.pump();
    this.publish();
  }

  down(): void {
    this.#viewing.down();
    this.lock.refresh();
    this.publish();
  }

  event(event: StreamEvent): void {
    const { data } = event;
    if (data.type === 'entry.added') this.#outgoing.arrived(data.entry);
    this.#viewing.event(event);
  }

  /** Everything is to be read afresh. */
  forget(): void {
    this.lock.forget();
    this.#viewing.forget();
  }

  get isOpen(): boolean {
    return this.#viewing.active;
  }

  /** Saves what is unsaved; before the client closes. */
  async flush(): Promise<void> {
    await Promise.all(Object.values(this.#drafts).map((draft) => draft.flush()));
  }

  /** The row may be another one now. */
  publish(): void {
    const { rows } = this.#hub;
    // While it is being read afresh the last known row stays.
    const row = rows.get(this.id) ?? (this.#viewing.status === 'loading' ? this.#row : null);
    this.#row = row;
    const { entries, hasMore } = this.#thread;
    const unread = rows.shown(this.id)?.unread ?? false;
    const said = { row, entries, outgoing: this.#outgoing.messages, hasMore, unread };
    const { gone: error, status } = this.#viewing;
    this.put(error === undefined ? { ...said, status } : { ...said, row: null, status: 'gone', error });
  }

  async #mark(read: number): Promise<void> {
    const { commands, rows } = this.#hub;
    // Shown at once; the event that says so is newer than all that was told before.
    rows.putRead(this.id, read, this.#hub.marksAt());
    this.#hub.flush();
    try {
      await commands.call('conversation.mark', { conversationId: this.id, read });
    } catch (error) {
      this.#hub.look(this.id);
      throw error;
    }
  }

  #untilReady(): Promise<void> {
    const ready = this.until(({ status }) => status === 'ready' || status === 'gone').then((snapshot) => {
      if (snapshot.status !== 'gone') return;
      this.#ready = undefined;
      throw snapshot.error;
    });
    // Also taken by nobody, while it is being rendered for example.
    ready.catch(() => {});
    return ready;
  }
}
