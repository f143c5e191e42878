import { type LockEndReason, SEND_AFTER_END } from '@latchbox/shared/lock-machine';
import type { LockView } from '@latchbox/shared/model/lock';
import type { Entry } from '@latchbox/shared/model/entry';
import { LatchboxError, refuse } from '@latchbox/shared/errors';
import { FakeLine, type LineLocks, offeredTo, type PassOn } from './line.ts';
import type { FakeConversation, FakeLock, Holder, World } from './world.ts';

/** Locks by the rules of the real server, without its leases: one process, one clock, nothing fails half-way. */
export class FakeLocks implements LineLocks {
  readonly #world: World;

  readonly line: FakeLine;

  constructor(world: World) {
    this.#world = world;
    this.line = new FakeLine(world, this);
  }

  acquire(holder: Holder, id: string, requestId: string): { fence: number; lock: LockView } {
    const conversation = this.#world.find(holder.agentId, id, 'reply');
    const { lock, reserved } = conversation;
    const { lockOn } = this.#world.inboxOf(conversation);
    if (lock?.requestId === requestId) return { fence: lock.fence, lock: this.#world.lockView(conversation) };
    if (lockOn === 'open') this.#endOthers(holder.agentId, conversation);
    if (lock !== null) this.#refuse(holder, conversation, lock);
    if (reserved !== null && reserved.for.id !== holder.agentId) throw offeredTo(reserved);
    return this.#grant(holder, conversation, requestId, lockOn);
  }

  /** Passes the agent's own lock on to another of its sessions. */
  move(holder: Holder, id: string, requestId: string): { fence: number; lock: LockView } {
    const conversation = this.#world.find(holder.agentId, id, 'reply');
    const { lock } = conversation;
    if (lock === null) throw refuse('lock_required');
    if (lock.agentId === holder.agentId && lock.sessionId !== holder.sessionId)
      return this.pass(conversation, lock, holder, { reason: 'moved', requestId });
    if (lock.agentId !== holder.agentId) this.#refuse(holder, conversation, lock);
    return { fence: lock.fence, lock: this.#world.lockView(conversation) };
  }

  /** The lock of another goes on as this session's: the end of the old and the new one are told with the same row. */
  pass(
    conversation: FakeConversation,
    lock: FakeLock,
    to: Holder,
    { reason, by, note, withDraft = false, requestId = this.#world.newId('request') }: PassOn,
  ): { fence: number; lock: LockView } {
    const lockOn = reason === 'moved' ? lock.lockOn : this.#world.inboxOf(conversation).lockOn;
    if (lockOn === 'open') this.#endOthers(to.agentId, conversation);
    const telling = this.#end(conversation, lock, reason, by ?? null, note);
    const drafted = withDraft && this.#handDraftOver(conversation, lock.agentId, to.agentId);
    const { agentId, sessionId, device } = to;
    const granted = this.#grant({ agentId, sessionId, device }, conversation, requestId, lockOn, telling);
    if (drafted) this.#world.tell(conversation, (row) => ({ type: 'draft.changed', row }));
    return granted;
  }

  /** What is free, or kept for somebody in line, goes to this session. */
  grantTurn(
    holder: Holder,
    conversation: FakeConversation,
    requestId: string,
  ): { fence: number; lock: LockView } {
    const { lockOn } = this.#world.inboxOf(conversation);
    if (lockOn === 'open') this.#endOthers(holder.agentId, conversation);
    return this.#grant(holder, conversation, requestId, lockOn);
  }

  /** The answer to a request that was granted before. */
  repeated(conversation: FakeConversation, requestId: string): { fence: number; lock: LockView } | undefined {
    const { lock } = conversation;
    if (lock?.requestId !== requestId) return undefined;
    return { fence: lock.fence, lock: this.#world.lockView(conversation) };
  }

  /** Every question to the holder is answered with "keep". */
  endAsks(conversation: FakeConversation, lock: FakeLock): void {
    if (this.#closeAsks(lock))
      this.#world.tell(conversation, (row) => ({ type: 'lock.changed', step: 'ask_over', row }));
  }

  #closeAsks(lock: FakeLock): boolean {
    const asks = lock.asks.splice(0);
    for (const ask of asks) ask.stopTimer();
    return asks.length > 0;
  }

  /** A text that the colleague has already stays before it. */
  #handDraftOver({ drafts }: FakeConversation, from: string, to: string): boolean {
    const given = drafts.get(`${from} reply`);
    if (given === undefined || given.body === '') return false;
    const taken = drafts.get(`${to} reply`) ?? { body: '', revision: 0, savedAt: 0 };
    taken.body = taken.body === '' ? given.body : `${taken.body}\n\n${given.body}`;
    taken.savedAt = this.#world.clock.now();
    given.body = '';
    given.revision += 1;
    taken.revision += 1;
    drafts.set(`${to} reply`, taken);
    return true;
  }

  release(holder: Holder, id: string, fence: number, reason: LockEndReason): boolean {
    const conversation = this.#world.find(holder.agentId, id);
    if (!this.holds(holder, conversation) || conversation.lock?.fence !== fence) return false;
    this.end(conversation, reason);
    return true;
  }

  /**
   * The right to one reply without a held lock: the agent's own lock, or an epoch that `begin` makes and that is over at once.
   * Throws `lock_held` while somebody else holds it.
   */
  ofMoment(agentId: string, conversation: FakeConversation): { fence: number; begin: () => void } {
    const { lock, fence } = conversation;
    if (lock?.agentId === agentId) return { fence: lock.fence, begin: () => undefined };
    if (lock !== null)
      throw new LatchboxError('lock_held', { holder: this.#world.person(lock.agentId), since: lock.since });
    const now = this.#world.clock.now();
    const begin = (): void => {
      conversation.fence += 1;
      conversation.periods.push({
        fence: conversation.fence,
        holder: this.#world.person(agentId),
        from: now,
        to: now,
        askedAt: null,
        endReason: 'one_shot',
        endedBy: null,
      });
    };
    return { fence: fence + 1, begin };
  }

  stay(holder: Holder, id: string, fence: number): void {
    const conversation = this.#world.find(holder.agentId, id);
    const { lock } = conversation;
    if (lock === null || lock.fence !== fence || !this.holds(holder, conversation))
      throw this.lost(conversation, []);
    this.keep(conversation, lock);
  }

  /** Activity of the holder: withdraws the question, puts off the next one. `typing`: it is also the answer to who asks. */
  activity(holder: Holder, conversation: FakeConversation, typing: boolean): void {
    if (conversation.lock !== null && this.holds(holder, conversation))
      this.keep(conversation, conversation.lock, typing);
  }

  keep(conversation: FakeConversation, lock: FakeLock, typing = true): void {
    lock.activeAt = this.#world.clock.now();
    const asked = lock.deadline !== null;
    lock.deadline = null;
    this.#schedule(conversation, lock);
    const askedFor = typing && this.#closeAsks(lock);
    const step = asked ? 'kept' : 'ask_over';
    if (asked || askedFor) this.#world.tell(conversation, (row) => ({ type: 'lock.changed', step, row }));
  }

  holds(holder: Holder, { lock }: FakeConversation): boolean {
    return lock !== null && lock.agentId === holder.agentId && lock.sessionId === holder.sessionId;
  }

  end(conversation: FakeConversation, reason: LockEndReason, by: string | null = null): void {
    const { lock } = conversation;
    if (lock === null) return;
    const tell = this.#end(conversation, lock, reason, by);
    const offered = this.line.offerNext(conversation);
    tell();
    if (offered) this.#world.tell(conversation, (row) => ({ type: 'lock.changed', step: 'offered', row }));
  }

  /** Answers what tells of it: the end of a lock that is passed on is told once the next one stands. */
  #end(
    conversation: FakeConversation,
    lock: FakeLock,
    reason: LockEndReason,
    by: string | null,
    note?: string,
  ): () => void {
    lock.stopTimer?.();
    lock.handOver?.stopTimer();
    this.#closeAsks(lock);
    conversation.lock = null;
    const { fence, agentId, sessionId } = lock;
    conversation.ended = { fence, reason, agentId, sessionId };
    const period = conversation.periods.at(-1);
    const endedBy = by === null ? null : this.#world.person(by);
    if (period) Object.assign(period, { to: this.#world.clock.now(), endReason: reason, endedBy });
    const holder = this.#world.person(agentId);
    return () =>
      this.#world.tell(conversation, (row) => ({
        type: 'lock.ended',
        fence,
        holder,
        reason,
        by: endedBy,
        ...(note && { note }),
        row,
      }));
  }

  /** Throws unless a reply under this fence may be stored. True: it is a late one. */
  checkFence(holder: Holder, conversation: FakeConversation, fence: number, news: readonly Entry[]): boolean {
    if (conversation.lock?.fence === fence && this.holds(holder, conversation)) return false;
    const { ended } = conversation;
    const own =
      ended?.fence === fence && ended.agentId === holder.agentId && ended.sessionId === holder.sessionId;
    if (!own) throw this.lost(conversation, news);
    if (conversation.fence !== fence) throw this.lost(conversation, news, ended.reason);
    const verdict = SEND_AFTER_END[ended.reason];
    if (verdict === 'late_send') return true;
    throw verdict === 'lock_required' ? refuse('lock_required') : this.lost(conversation, news);
  }

  lost(
    conversation: FakeConversation,
    entries: readonly Entry[],
    why?: LockEndReason,
  ): LatchboxError<'lock_lost'> {
    const { lock, ended } = conversation;
    const holder = lock === null ? undefined : this.#world.person(lock.agentId);
    return new LatchboxError('lock_lost', {
      reason: why ?? (lock === null ? (ended?.reason ?? 'overtaken') : 'overtaken'),
      holder,
      entries,
    });
  }

  connectionLost(sessionId: string): void {
    for (const conversation of this.#heldBy(sessionId)) {
      const { lock } = conversation;
      if (lock === null) continue;
      lock.goneDeadline = this.#world.clock.now() + this.#world.inboxOf(conversation).times.reconnectGrace;
      this.#schedule(conversation, lock);
      this.#world.tell(conversation, (row) => ({ type: 'lock.changed', step: 'connection_lost', row }));
    }
  }

  resumed(sessionId: string): { conversationId: string; lock: LockView }[] {
    return this.#heldBy(sessionId).map((conversation) => {
      const { lock } = conversation;
      if (lock !== null && lock.goneDeadline !== null) {
        lock.goneDeadline = null;
        this.#schedule(conversation, lock);
        this.#world.tell(conversation, (row) => ({ type: 'lock.changed', step: 'resumed', row }));
      }
      return { conversationId: conversation.id, lock: this.#world.lockView(conversation) };
    });
  }

  /** Up again: every holder has the grace to come back, counted from now. */
  restarted(): void {
    for (const { lock } of this.#world.conversations.values()) {
      if (lock?.goneDeadline != null) this.connectionLost(lock.sessionId);
    }
  }

  endSession(sessionId: string, reason: LockEndReason): void {
    for (const conversation of this.#heldBy(sessionId)) this.end(conversation, reason);
  }

  stop(): void {
    for (const { lock } of this.#world.conversations.values()) lock?.stopTimer?.();
  }

  #heldBy(sessionId: string): FakeConversation[] {
    return [...this.#world.conversations.values()].filter(({ lock }) => lock?.sessionId === sessionId);
  }

  #endOthers(agentId: string, but: FakeConversation): void {
    for (const other of this.#world.conversations.values()) {
      if (other !== but && other.lock?.agentId === agentId && other.lock.lockOn === 'open')
        this.end(other, 'switched');
    }
  }

  #refuse(holder: Holder, conversation: FakeConversation, lock: FakeLock): void {
    const { since, device } = lock;
    if (lock.agentId !== holder.agentId) {
      throw new LatchboxError('lock_held', { holder: this.#world.person(lock.agentId), since });
    }
    if (lock.sessionId !== holder.sessionId) throw new LatchboxError('lock_elsewhere', { since, device });
    // Asked for again by the session that has it: a new lock, as the real server gives.
    this.end(conversation, 'expired');
  }

  #grant(
    holder: Holder,
    conversation: FakeConversation,
    requestId: string,
    lockOn: 'open' | 'compose',
    tellFirst: () => void = () => undefined,
  ): { fence: number; lock: LockView } {
    const now = this.#world.clock.now();
    conversation.fence += 1;
    conversation.reserved?.stopTimer?.();
    conversation.reserved = null;
    const place = conversation.waiting.indexOf(holder.agentId);
    if (place >= 0) conversation.waiting.splice(place, 1);
    const { fence } = conversation;
    conversation.lock = {
      ...holder,
      fence,
      requestId,
      lockOn,
      since: now,
      activeAt: now,
      deadline: null,
      goneDeadline: null,
      stopTimer: undefined,
      asks: [],
      handOver: null,
    };
    this.#schedule(conversation, conversation.lock);
    const person = this.#world.person(holder.agentId);
    conversation.periods.push({
      fence,
      holder: person,
      from: now,
      to: null,
      askedAt: null,
      endReason: null,
      endedBy: null,
    });
    tellFirst();
    this.#world.tell(conversation, (row) => ({ type: 'lock.granted', row }));
    return { fence, lock: this.#world.lockView(conversation) };
  }

  /** One timer a lock: for whatever comes first of question, answer overdue, and grace over. */
  #schedule(conversation: FakeConversation, lock: FakeLock): void {
    lock.stopTimer?.();
    const { times } = this.#world.inboxOf(conversation);
    const due = Math.min(lock.deadline ?? lock.activeAt + times.idleAfter, lock.goneDeadline ?? Infinity);
    lock.stopTimer = this.#world.clock.setTimer(due - this.#world.clock.now(), () =>
      this.#due(conversation, lock),
    );
  }

  #due(conversation: FakeConversation, lock: FakeLock): void {
    if (conversation.lock !== lock) return;
    const now = this.#world.clock.now();
    if (lock.goneDeadline !== null && lock.goneDeadline <= now) return this.end(conversation, 'disconnected');
    if (lock.deadline !== null) return this.end(conversation, 'idle');
    lock.deadline = now + this.#world.inboxOf(conversation).times.idleGrace;
    const period = conversation.periods.at(-1);
    if (period) period.askedAt = now;
    this.#schedule(conversation, lock);
    this.#world.tell(conversation, (row) => ({ type: 'lock.changed', step: 'idle_due', row }));
  }
}
