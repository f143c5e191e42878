import { type LockEndReason, SEND_AFTER_END } from '@latchbox/shared/lock-machine';
import type { LockView } from '@latchbox/shared/model/lock';
import type { Entry } from '@latchbox/shared/model/entry';
import { LatchboxError, refuse } from '@latchbox/shared/errors';
import type { FakeConversation, FakeLock, World } from './world.ts';

export interface Holder {
  readonly agentId: string;
  readonly sessionId: string;
  readonly device: string;
}

/** Locks by the rules of the real server, without its leases: one process, one clock, nothing fails half-way. */
export class FakeLocks {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  acquire(holder: Holder, id: string, requestId: string): { fence: number; lock: LockView } {
    const conversation = this.#world.find(holder.agentId, id, 'reply');
    const { lock, reserved } = conversation;
    const { lockOn } = this.#world.inboxOf(conversation);
    if (lock?.requestId === requestId) return { fence: lock.fence, lock: this.#world.lockView(conversation) };
    if (lockOn === 'open') this.#endOthers(holder.agentId, conversation);
    if (lock !== null) this.#refuse(holder, conversation, lock);
    if (reserved !== null && reserved.for.id !== holder.agentId) {
      throw new LatchboxError('lock_held', {
        holder: null,
        since: null,
        offeredTo: reserved.for,
        until: reserved.until,
      });
    }
    return this.#grant(holder, conversation, requestId, lockOn);
  }

  /** Passes the agent's own lock on to another of its sessions. */
  move(holder: Holder, id: string, requestId: string): { fence: number; lock: LockView } {
    const conversation = this.#world.find(holder.agentId, id, 'reply');
    const { lock } = conversation;
    if (lock === null) throw refuse('lock_required');
    if (lock.agentId === holder.agentId && lock.sessionId !== holder.sessionId) {
      const telling = this.#end(conversation, lock, 'moved', null);
      return this.#grant(holder, conversation, requestId, lock.lockOn, telling);
    }
    if (lock.agentId !== holder.agentId) this.#refuse(holder, conversation, lock);
    return { fence: lock.fence, lock: this.#world.lockView(conversation) };
  }

  release(holder: Holder, id: string, fence: number, reason: LockEndReason): boolean {
    const conversation = this.#world.find(holder.agentId, id);
    if (!this.holds(holder, conversation) || conversation.lock?.fence !== fence) return false;
    this.end(conversation, reason);
    return true;
  }

  stay(holder: Holder, id: string, fence: number): void {
    const conversation = this.#world.find(holder.agentId, id);
    const { lock } = conversation;
    if (lock === null || lock.fence !== fence || !this.holds(holder, conversation))
      throw this.lost(conversation, []);
    this.keep(conversation, lock);
  }

  /** Activity of the holder: withdraws the question, puts off the next one. */
  activity(holder: Holder, conversation: FakeConversation): void {
    if (conversation.lock !== null && this.holds(holder, conversation))
      this.keep(conversation, conversation.lock);
  }

  keep(conversation: FakeConversation, lock: FakeLock): void {
    lock.activeAt = this.#world.clock.now();
    const asked = lock.deadline !== null;
    lock.deadline = null;
    this.#schedule(conversation, lock);
    if (asked) this.#world.tell(conversation, (row) => ({ type: 'lock.changed', step: 'kept', row }));
  }

  holds(holder: Holder, { lock }: FakeConversation): boolean {
    return lock !== null && lock.agentId === holder.agentId && lock.sessionId === holder.sessionId;
  }

  end(conversation: FakeConversation, reason: LockEndReason, by: string | null = null): void {
    const { lock } = conversation;
    if (lock !== null) this.#end(conversation, lock, reason, by)();
  }

  /** Answers what tells of it: the end of a lock that is passed on is told once the next one stands. */
  #end(conversation: FakeConversation, lock: FakeLock, reason: LockEndReason, by: string | null): () => void {
    lock.stopTimer?.();
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
    conversation.reserved = null;
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
