import { compareRows, rowMatches } from '@latchbox/shared/list-query';
import type { DraftKind } from '@latchbox/shared/model/conversation';
import { type Delivery, type Entry, movesThreadOn } from '@latchbox/shared/model/entry';
import type { Cursor } from '@latchbox/shared/realtime/cursor';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import { LatchboxError, refuse } from '@latchbox/shared/errors';
import type { FakeFiles, FakeMail } from './files.ts';
import { envelopeOf } from './envelope.ts';
import type { FakeLocks } from './locks.ts';
import type { FakeConversation, Holder, World } from './world.ts';

/** Threads, drafts, read marks and lists. */
export class FakeMessages {
  readonly #world: World;
  readonly #locks: FakeLocks;

  readonly #files: FakeFiles;

  constructor(world: World, locks: FakeLocks, files: FakeFiles) {
    this.#world = world;
    this.#locks = locks;
    this.#files = files;
  }

  /** `html`: it comes as a mail that has this form too. */
  customerWrites(conversation: FakeConversation, body: string, html?: FakeMail): Entry {
    const { id, contact, entries, subject } = conversation;
    this.#setStatus(conversation, 'open');
    const mail = html && this.#files.mail(id, entries.length + 1, contact.address, subject, html);
    return this.#add(conversation, { kind: 'message', author: contact, body, ...(mail && { mail }) });
  }

  send(holder: Holder, input: UpInput<'reply.send'>): UpResult<'reply.send'> {
    const conversation = this.#world.find(holder.agentId, input.conversationId);
    const stored = this.byClientId(holder.agentId, input.clientId);
    if (stored !== undefined) {
      if (
        stored.kind !== 'reply' ||
        stored.body !== input.body ||
        stored.conversationId !== input.conversationId
      ) {
        throw refuse('idempotency_mismatch');
      }
      return { entry: stored, asOf: this.#asOf(conversation) };
    }
    this.#world.find(holder.agentId, input.conversationId, 'reply');
    const newer = conversation.entries.filter(({ position }) => position > input.lastSeen);
    const news = newer.filter((entry) => movesThreadOn(entry, holder.agentId));
    const lateSend = this.#locks.checkFence(holder, conversation, input.fence, news);
    if (input.lastSeen > conversation.entries.length) throw new LatchboxError('invalid', { issues: [] });
    if (news.length > 0) {
      throw new LatchboxError('thread_moved_on', { newest: conversation.entries.length, entries: news });
    }
    const mail = envelopeOf(conversation, input);
    const files = this.#files.take(holder.agentId, conversation.id, input.attachments ?? []);
    const entry = this.#add(conversation, {
      kind: 'reply',
      ...files,
      ...(mail && { mail }),
      ...(input.forward && { forward: input.forward }),
      author: this.#world.person(holder.agentId),
      body: input.body,
      clientId: input.clientId,
      fence: input.fence,
      lateSend,
      delivery: { state: 'queued' },
    });
    this.#sentDraft(conversation, holder.agentId, 'reply');
    this.#locks.line.afterReply(conversation, holder.agentId);
    if (input.then === 'archive' || conversation.lock?.lockOn === 'compose')
      this.#locks.end(conversation, 'sent');
    else this.#locks.activity(holder, conversation, true);
    if (input.then === 'archive') this.status(holder.agentId, conversation, 'archived');
    return { entry, asOf: this.#asOf(conversation) };
  }

  /** A reply without a held lock: under the agent's own one, or an epoch that begins and ends with it. */
  sendOnce(
    agentId: string,
    conversation: FakeConversation,
    input: Pick<UpInput<'conversation.compose'>, 'clientId' | 'body' | 'attachments' | 'lastSeen'>,
  ): UpResult<'conversation.compose'> {
    const { clientId, body, attachments = [], lastSeen = conversation.entries.length } = input;
    const { fence, begin } = this.#locks.ofMoment(agentId, conversation);
    const newer = conversation.entries.filter(({ position }) => position > lastSeen);
    const entries = newer.filter((entry) => movesThreadOn(entry, agentId));
    if (entries.length > 0)
      throw new LatchboxError('thread_moved_on', { newest: conversation.entries.length, entries });
    const files = this.#files.take(agentId, conversation.id, attachments);
    begin();
    const entry = this.#add(conversation, {
      kind: 'reply',
      ...files,
      author: this.#world.person(agentId),
      body,
      clientId,
      fence,
      lateSend: false,
      delivery: { state: 'queued' },
    });
    this.#sentDraft(conversation, agentId, 'reply');
    return this.answer(entry);
  }

  /** How a stored reply is acknowledged. */
  answer(entry: Entry): UpResult<'conversation.compose'> {
    return { entry, asOf: this.#asOf(this.#world.find(this.#authorOf(entry), entry.conversationId)) };
  }

  note(agentId: string, input: UpInput<'note.add'>): UpResult<'note.add'> {
    const conversation = this.#world.find(agentId, input.conversationId);
    const before = conversation.entries.find(
      (entry) => entry.kind === 'note' && entry.clientId === input.clientId,
    );
    const author = this.#world.person(agentId);
    if (before !== undefined) return { entry: before, asOf: this.#asOf(conversation) };
    const files = this.#files.take(agentId, conversation.id, input.attachments ?? []);
    const { body, clientId } = input;
    const entry = this.#add(conversation, { kind: 'note', author, body, clientId, ...files });
    return { entry, asOf: this.#asOf(conversation) };
  }

  status(agentId: string, conversation: FakeConversation, to: 'open' | 'archived'): void {
    if (conversation.status === to) return;
    this.#setStatus(conversation, to);
    this.#add(conversation, {
      kind: 'activity',
      author: this.#world.person(agentId),
      what: { type: 'status', to },
    });
  }

  snooze(agentId: string, { conversationId, until }: UpInput<'conversation.snooze'>): void {
    const conversation = this.#world.find(agentId, conversationId, 'reply');
    const { clock } = this.#world;
    const wait = until - clock.now();
    if (wait < 1_000 || wait > 2 * 366 * 86_400_000)
      throw new LatchboxError('invalid', { issues: [{ path: 'until', message: 'is too soon or too late' }] });
    if (conversation.snooze?.until === until) return;
    this.#setStatus(conversation, 'snoozed');
    const stopTimer = clock.setTimer(wait, () => this.#wake(conversation));
    conversation.snooze = { until, stopTimer };
    const author = this.#world.person(agentId);
    this.#add(conversation, { kind: 'activity', author, what: { type: 'status', to: 'snoozed', until } });
  }

  #wake(conversation: FakeConversation): void {
    this.#setStatus(conversation, 'open');
    this.#add(conversation, { kind: 'activity', author: null, what: { type: 'status', to: 'open' } });
  }

  #setStatus(conversation: FakeConversation, status: FakeConversation['status']): void {
    conversation.snooze?.stopTimer();
    conversation.snooze = null;
    conversation.status = status;
  }

  retry(agentId: string, { conversationId, position }: UpInput<'reply.retry'>): void {
    const conversation = this.#world.find(agentId, conversationId, 'reply');
    const entry = conversation.entries[position - 1];
    if (entry?.kind !== 'reply') throw refuse('not_found');
    if (entry.delivery.state !== 'failed' && entry.delivery.state !== 'held')
      throw new LatchboxError('conflict', {});
    this.deliver(conversation, position, { state: 'queued' });
  }

  drop(agentId: string, { conversationId, position }: UpInput<'reply.drop'>): void {
    const conversation = this.#world.find(agentId, conversationId, 'reply');
    const entry = conversation.entries[position - 1];
    if (entry?.kind !== 'reply') throw refuse('not_found');
    if (entry.delivery.state !== 'held') throw new LatchboxError('conflict', {});
    const reason = `Not sent: ${this.#world.person(agentId).name} decided so`;
    this.deliver(conversation, position, { state: 'failed', at: this.#world.clock.now(), reason });
  }

  /** The delivery of a reply went on. */
  deliver(conversation: FakeConversation, position: number, delivery: Delivery): void {
    const entry = conversation.entries[position - 1];
    if (entry?.kind !== 'reply') throw new Error(`There is no reply at ${position} of ${conversation.id}.`);
    conversation.entries[position - 1] = { ...entry, delivery };
    const { id: conversationId, inboxId } = conversation;
    this.#world.append(`inbox:${inboxId}`, { type: 'reply.delivery', conversationId, position, delivery });
  }

  assign(agentId: string, input: UpInput<'conversation.assign'>): void {
    const conversation = this.#world.find(agentId, input.conversationId, 'reply');
    const { assigneeId, teamId = assigneeId === null ? null : undefined } = input;
    const mayReply = (id: string) =>
      ['reply', 'manage'].includes(this.#world.summary(id, conversation.inboxId)?.capability ?? 'none');
    const team = teamId ? this.#world.team(teamId, mayReply) : undefined;
    const member = assigneeId === null || this.#world.summary(assigneeId, conversation.inboxId) !== undefined;
    if (!member) throw refuse('not_found');
    const before = conversation.team;
    if (teamId !== undefined) conversation.team = team;
    if ((conversation.assignee?.id ?? null) === assigneeId && conversation.team?.id === before?.id) return;
    const to = assigneeId === null ? null : this.#world.person(assigneeId);
    conversation.assignee = to;
    this.#add(conversation, {
      kind: 'activity',
      author: this.#world.person(agentId),
      what: { type: 'assigned', to, ...(team && { team }) },
    });
  }

  /** The contact of a conversation belongs to somebody else now. */
  own(conversation: FakeConversation, ownerId: string | null): void {
    conversation.owner = ownerId === null ? undefined : this.#world.person(ownerId);
    if (conversation.assignee === null)
      this.#world.tell(conversation, (row) => ({ type: 'conversation.changed', row }));
  }

  mark(agentId: string, input: UpInput<'conversation.mark'>): void {
    const conversation = this.#world.find(agentId, input.conversationId);
    if (input.read > conversation.entries.length) throw new LatchboxError('invalid', { issues: [] });
    const reads = this.#world.agents.get(agentId)?.reads;
    if (reads?.get(conversation.id) === input.read) return;
    reads?.set(conversation.id, input.read);
    const { id: conversationId, inboxId } = conversation;
    this.#world.append(`agent:${agentId}`, {
      type: 'read.marked',
      inboxId,
      conversationId,
      read: input.read,
    });
  }

  saveDraft(agentId: string, input: UpInput<'draft.save'>): UpResult<'draft.save'> {
    const conversation = this.#world.find(
      agentId,
      input.conversationId,
      input.kind === 'reply' ? 'reply' : 'read',
    );
    const key = `${agentId} ${input.kind}`;
    const draft = conversation.drafts.get(key) ?? { body: '', revision: 0, savedAt: 0 };
    if (draft.revision !== input.revision) {
      throw new LatchboxError('conflict', { revision: draft.revision, body: draft.body });
    }
    const shown = draft.body !== '';
    draft.body = input.body;
    draft.revision += 1;
    draft.savedAt = this.#world.clock.now();
    conversation.drafts.set(key, draft);
    if (shown !== (input.body !== ''))
      this.#world.tell(conversation, (row) => ({ type: 'draft.changed', row }));
    return { revision: draft.revision, savedAt: draft.savedAt };
  }

  list(
    agentId: string,
    { filter, after, limit }: UpInput<'conversation.list'>,
  ): UpResult<'conversation.list'> {
    const visible = this.#world.agents.get(agentId)?.inboxes ?? new Map<string, never>();
    for (const id of filter.inboxIds ?? []) if (!visible.has(id)) throw refuse('not_found');
    const inboxIds = filter.inboxIds ?? [...visible.keys()];
    const all = [...this.#world.conversations.values()]
      .map((conversation) => this.#world.row(conversation))
      .filter((row) => rowMatches({ ...filter, inboxIds }, this.#world.seen(row, agentId), agentId))
      .filter((row) => after === null || compareRows(row, after) > 0)
      .sort(compareRows);
    const rows = all.slice(0, limit);
    const marks = this.#world.agents.get(agentId)?.reads;
    const reads: Record<string, number> = {};
    for (const { id } of rows) {
      const read = marks?.get(id);
      if (read !== undefined) reads[id] = read;
    }
    const streams = [...inboxIds.map((inboxId) => `inbox:${inboxId}`), `agent:${agentId}`];
    const asOf = streams.map((stream) => this.#world.cursor(stream));
    return { rows, reads, hasMore: all.length > limit, asOf };
  }

  open(
    agentId: string,
    id: string,
    limit: number,
  ): Omit<UpResult<'conversation.open'>, 'viewers' | 'typists'> {
    const conversation = this.#world.find(agentId, id);
    const drafts = (['reply', 'note'] as const).flatMap((kind) => {
      const draft = conversation.drafts.get(`${agentId} ${kind}`);
      return draft === undefined ? [] : [{ kind, ...draft }];
    });
    return {
      row: this.#world.row(conversation),
      entries: conversation.entries.slice(-limit),
      hasMore: conversation.entries.length > limit,
      read: this.#world.agents.get(agentId)?.reads.get(id) ?? 0,
      drafts,
      asOf: this.#asOf(conversation),
    };
  }

  older(
    agentId: string,
    { conversationId, before, limit }: UpInput<'conversation.older'>,
  ): UpResult<'conversation.older'> {
    const older = this.#world
      .find(agentId, conversationId)
      .entries.filter(({ position }) => position < before);
    return { entries: older.slice(-limit), hasMore: older.length > limit };
  }

  history(agentId: string, input: UpInput<'conversation.history'>): UpResult<'conversation.history'> {
    const { before, limit, conversationId } = input;
    const all = this.#world
      .find(agentId, conversationId)
      .periods.filter(({ fence }) => before === null || fence < before)
      .toReversed();
    return { periods: all.slice(0, limit), hasMore: all.length > limit };
  }

  #sentDraft(conversation: FakeConversation, agentId: string, kind: DraftKind): void {
    const draft = conversation.drafts.get(`${agentId} ${kind}`);
    if (draft === undefined) return;
    const shown = draft.body !== '';
    draft.body = '';
    draft.revision += 1;
    if (shown) this.#world.tell(conversation, (row) => ({ type: 'draft.changed', row }));
  }

  #authorOf({ author }: Entry): string {
    return author?.id ?? '';
  }

  /** The reply that this agent sent under this client id. */
  byClientId(agentId: string, clientId: string): Extract<Entry, { clientId: string }> | undefined {
    for (const { entries } of this.#world.conversations.values()) {
      for (const entry of entries) {
        if (entry.kind === 'reply' && entry.author.id === agentId && entry.clientId === clientId)
          return entry;
      }
    }
    return undefined;
  }

  #add(conversation: FakeConversation, said: NewEntry): Entry {
    const at = this.#world.clock.now();
    const position = conversation.entries.length + 1;
    const entry: Entry = {
      id: this.#world.newId('ent'),
      conversationId: conversation.id,
      position,
      at,
      ...said,
    };
    conversation.entries.push(entry);
    if (said.kind === 'message' || said.kind === 'reply') conversation.lastAt = at;
    this.#world.tell(conversation, (row) => ({ type: 'entry.added', entry, row }));
    return entry;
  }

  #asOf({ inboxId }: FakeConversation): Cursor {
    return this.#world.cursor(`inbox:${inboxId}`);
  }
}

/** Each kind of entry without what every entry gets by itself. */
type NewEntry = Entry extends infer E
  ? E extends Entry
    ? Omit<E, 'id' | 'conversationId' | 'position' | 'at'>
    : never
  : never;
