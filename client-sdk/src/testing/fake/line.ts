import { LatchboxError, refuse } from '@latchbox/shared/errors';
import type { LockEndReason } from '@latchbox/shared/lock-machine';
import { includesCapability } from '@latchbox/shared/model/agent';
import { mayTakeOver } from '@latchbox/shared/model/inbox';
import type { EventData } from '@latchbox/shared/realtime/events/index';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { Entry } from '@latchbox/shared/model/entry';
import type { FakeAsk, FakeConversation, FakeLock, Holder, World } from './world.ts';

type LockStep = Extract<EventData, { type: 'lock.changed' }>['step'];

/** A session that is connected. */
export interface Present extends Holder {
  readonly viewing: ReadonlySet<string>;
}

/** How long somebody in line may be away before the place is gone, as on the real server. */
const ABSENT = 30_000;

interface Granted {
  readonly fence: number;
  readonly lock: UpResult<'lock.acquire'>['lock'];
}

/** How a lock is passed on. */
export interface PassOn {
  readonly reason: Extract<LockEndReason, 'moved' | 'handed_over' | 'taken_over' | 'idle'>;
  /** Who ended it, where that was neither the holder nor the clock. */
  readonly by?: string;
  readonly note?: string;
  /** The reply draft goes along. */
  readonly withDraft?: boolean;
  readonly requestId?: string;
}

/** What the line needs of the locks. */
export interface LineLocks {
  holds(holder: Holder, conversation: FakeConversation): boolean;
  lost(conversation: FakeConversation, entries: readonly Entry[], why?: LockEndReason): LatchboxError;
  keep(conversation: FakeConversation, lock: FakeLock): void;
  end(conversation: FakeConversation, reason: LockEndReason): void;
  /** Every question to the holder is answered with "keep". */
  endAsks(conversation: FakeConversation, lock: FakeLock): void;
  pass(conversation: FakeConversation, lock: FakeLock, to: Holder, how: PassOn): Granted;
  grantTurn(holder: Holder, conversation: FakeConversation, requestId: string): Granted;
  /** The answer to a request that was granted before. */
  repeated(conversation: FakeConversation, requestId: string): Granted | undefined;
}

/** Whom else a lock concerns (L11–L13): who waits, who asks, and whom it is offered to. By the rules of the real server. */
export class FakeLine {
  /** Who is connected; the gateway knows. */
  there: (agentId: string) => readonly Present[] = () => [];
  readonly #world: World;
  readonly #locks: LineLocks;
  readonly #absent = new Map<string, () => void>();

  constructor(world: World, locks: LineLocks) {
    this.#world = world;
    this.#locks = locks;
  }

  join({ agentId }: Holder, id: string): UpResult<'lock.join'> {
    const conversation = this.#world.find(agentId, id, 'reply');
    const { lock, waiting } = conversation;
    if (lock?.agentId === agentId) return { state: 'held' };
    const known = waiting.includes(agentId);
    if (!known && conversation.reserved?.for.id !== agentId) waiting.push(agentId);
    const offered = lock === null && conversation.reserved === null && this.offerNext(conversation);
    if (offered) this.#tell(conversation, 'offered');
    else if (!known && waiting.includes(agentId)) this.#tell(conversation, 'waiting');
    const { reserved } = conversation;
    if (reserved?.for.id === agentId) return { state: 'offered', until: reserved.until };
    return { state: 'waiting', place: waiting.indexOf(agentId) + 1 };
  }

  leave({ agentId }: Holder, id: string): UpResult<'lock.leaveLine'> {
    const conversation = this.#world.find(agentId, id);
    const step = this.#leave(conversation, agentId, { places: true, handOver: true });
    if (step !== undefined) this.#tell(conversation, step);
    return { waiting: step !== undefined };
  }

  ask(holder: Holder, id: string, note: string): UpResult<'lock.ask'> {
    const conversation = this.#world.find(holder.agentId, id, 'reply');
    const { lock, reserved } = conversation;
    if (lock === null) {
      if (reserved === null || reserved.for.id === holder.agentId) throw refuse('lock_required');
      throw offeredTo(reserved);
    }
    if (lock.agentId === holder.agentId) {
      if (lock.sessionId === holder.sessionId) throw new LatchboxError('conflict', {});
      throw new LatchboxError('lock_elsewhere', { since: lock.since, device: lock.device });
    }
    const known = lock.asks.find(({ from }) => from.agentId === holder.agentId);
    if (known !== undefined) {
      known.from = holder;
      return { askId: known.id, deadline: known.deadline };
    }
    const at = this.#world.clock.now();
    const wait = this.#world.inboxOf(conversation).times.askGrace;
    const ask: FakeAsk = {
      id: this.#world.newId('ask'),
      from: holder,
      note,
      at,
      deadline: at + wait,
      stopTimer: () => {},
    };
    ask.stopTimer = this.#world.clock.setTimer(wait, () => this.#decide(conversation, lock, ask));
    lock.asks.push(ask);
    this.#tell(conversation, 'asked_for');
    return { askId: ask.id, deadline: ask.deadline };
  }

  answer(holder: Holder, { conversationId, askId, decision }: UpInput<'lock.answer'>): void {
    const conversation = this.#world.find(holder.agentId, conversationId);
    const { lock, ended } = conversation;
    const ask = lock?.asks.find(({ id }) => id === askId);
    if (lock === null || !this.#locks.holds(holder, conversation)) {
      // Of a lock of this session that is over.
      if (ended?.sessionId === holder.sessionId) throw this.#locks.lost(conversation, [], ended.reason);
      throw refuse('lock_required');
    }
    if (ask === undefined) throw new LatchboxError('conflict', {});
    if (decision === 'keep') return this.#locks.keep(conversation, lock);
    if (!this.#isThere(ask, conversation)) throw new LatchboxError('conflict', {});
    this.#locks.pass(conversation, lock, ask.from, { reason: 'handed_over', withDraft: true });
  }

  handOver(holder: Holder, input: UpInput<'lock.handOver'>): UpResult<'lock.handOver'> {
    const { conversationId, fence, to, note } = input;
    const conversation = this.#world.find(holder.agentId, conversationId, 'reply');
    const lock = this.#own(holder, conversation, fence);
    if (to === null) {
      if (this.#dropHandOver(conversation)) this.#tell(conversation, 'hand_over_over');
      return { state: 'withdrawn' };
    }
    if (to === holder.agentId) throw new LatchboxError('conflict', {});
    const summary = this.#world.summary(to, conversation.inboxId);
    if (summary === undefined || !includesCapability(summary.capability, 'reply')) throw refuse('not_found');
    const heir = [...this.there(to)].sort(
      (a, b) => Number(b.viewing.has(conversation.id)) - Number(a.viewing.has(conversation.id)),
    )[0];
    if (heir !== undefined && !this.#isBusy(to, conversation)) {
      this.#locks.pass(conversation, lock, heir, { reason: 'handed_over', note, withDraft: true });
      return { state: 'passed' };
    }
    return this.#offerTo(conversation, lock, to, note);
  }

  acceptOffer(holder: Holder, id: string, requestId: string): Granted {
    const { agentId } = holder;
    const conversation = this.#world.find(agentId, id, 'reply');
    const { lock, reserved } = conversation;
    const repeated = this.#locks.repeated(conversation, requestId);
    if (repeated !== undefined) return repeated;
    if (reserved?.for.id === agentId) return this.#locks.grantTurn(holder, conversation, requestId);
    if (lock === null) throw reserved === null ? refuse('lock_required') : offeredTo(reserved);
    const { handOver } = lock;
    if (handOver?.to === agentId)
      return this.#locks.pass(conversation, lock, holder, {
        reason: 'handed_over',
        note: handOver.note,
        withDraft: true,
        requestId,
      });
    if (lock.agentId === agentId) throw new LatchboxError('conflict', {});
    throw new LatchboxError('lock_held', { holder: this.#world.person(lock.agentId), since: lock.since });
  }

  takeOver(holder: Holder, { conversationId, requestId, note }: UpInput<'lock.takeOver'>): Granted {
    const { agentId, sessionId } = holder;
    const conversation = this.#world.find(agentId, conversationId, 'reply');
    const { lock, reserved } = conversation;
    const repeated = this.#locks.repeated(conversation, requestId);
    if (repeated !== undefined) return repeated;
    if (lock === null && reserved === null) throw refuse('lock_required');
    if (lock?.agentId === agentId) {
      if (lock.sessionId === sessionId)
        return { fence: lock.fence, lock: this.#world.lockView(conversation) };
      return this.#locks.pass(conversation, lock, holder, { reason: 'moved', requestId });
    }
    const { takeOverBy } = this.#world.inboxOf(conversation);
    const agent = this.#world.agents.get(agentId);
    const capability = agent?.inboxes.get(conversation.inboxId) ?? 'read';
    if (agent === undefined || !mayTakeOver(takeOverBy, agent.role, capability)) throw refuse('forbidden');
    if (lock === null) return this.#locks.grantTurn(holder, conversation, requestId);
    return this.#locks.pass(conversation, lock, holder, {
      reason: 'taken_over',
      by: agentId,
      note,
      requestId,
    });
  }

  /** Offers a free lock to the first in line who is connected; whoever is not keeps the place. */
  offerNext(conversation: FakeConversation): boolean {
    const { waiting } = conversation;
    const next = waiting.find((agentId) => this.there(agentId).length > 0);
    if (next === undefined) return false;
    waiting.splice(waiting.indexOf(next), 1);
    const wait = this.#world.inboxOf(conversation).times.offerTime;
    const until = this.#world.clock.now() + wait;
    const stopTimer = this.#world.clock.setTimer(wait, () =>
      this.#tell(conversation, this.#nextTurn(conversation)),
    );
    conversation.reserved = { for: this.#world.person(next), until, stopTimer };
    return true;
  }

  /** What a stored reply changes, before it ends its own lock: its author waits no more, and what was offered is answered. */
  afterReply(conversation: FakeConversation, agentId: string): void {
    const { lock, reserved } = conversation;
    let step: LockStep | undefined;
    if (this.#dropPlace(conversation, agentId)) step = 'waiting';
    if (lock === null && reserved !== null) step = this.#nextTurn(conversation);
    else if (lock === null && this.offerNext(conversation)) step = 'offered';
    if (step !== undefined) this.#tell(conversation, step);
  }

  /** An agent came: what is free and was offered to nobody because nobody was there can be. */
  came(agentId: string): void {
    this.#absent.get(agentId)?.();
    this.#absent.delete(agentId);
    for (const conversation of this.#world.conversations.values()) {
      const { lock, reserved, waiting } = conversation;
      if (lock !== null || reserved !== null || !waiting.includes(agentId)) continue;
      if (this.offerNext(conversation)) this.#tell(conversation, 'offered');
    }
  }

  /** A connection is gone. Whoever stays away waits no more. */
  went(agentId: string): void {
    if (this.there(agentId).length > 0 || this.#absent.has(agentId)) return;
    const waits = [...this.#world.conversations.values()].some(({ waiting }) => waiting.includes(agentId));
    if (!waits) return;
    const stop = this.#world.clock.setTimer(ABSENT, () => {
      this.#absent.delete(agentId);
      for (const conversation of this.#world.conversations.values())
        if (this.#dropPlace(conversation, agentId)) this.#tell(conversation, 'waiting');
    });
    this.#absent.set(agentId, stop);
  }

  /** A session is over: its questions end, and with the agent's last one the places and turns. */
  sessionEnded({ agentId, sessionId }: Holder): void {
    const places = this.there(agentId).every((one) => one.sessionId === sessionId);
    for (const conversation of this.#world.conversations.values()) {
      const step = this.#leave(conversation, agentId, { places, handOver: false, asksOf: sessionId });
      if (step !== undefined) this.#tell(conversation, step);
    }
  }

  /** The agent may not reply here any more. */
  revoked(agentId: string, conversation: FakeConversation): void {
    const step = this.#leave(conversation, agentId, { places: true, handOver: true });
    if (step !== undefined) this.#tell(conversation, step);
  }

  #leave(
    conversation: FakeConversation,
    agentId: string,
    { places, handOver, asksOf }: { places: boolean; handOver: boolean; asksOf?: string },
  ): LockStep | undefined {
    const { lock, reserved } = conversation;
    let step: LockStep | undefined;
    const asked = lock?.asks.find(
      ({ from }) => from.agentId === agentId && (asksOf ?? from.sessionId) === from.sessionId,
    );
    if (lock && asked) {
      asked.stopTimer();
      lock.asks.splice(lock.asks.indexOf(asked), 1);
      step = 'ask_over';
    }
    if (places && this.#dropPlace(conversation, agentId)) step = 'waiting';
    if (places && reserved?.for.id === agentId) return this.#nextTurn(conversation);
    if (handOver && lock?.handOver?.to === agentId && this.#dropHandOver(conversation))
      return 'hand_over_over';
    return step;
  }

  /** The offer is over: the next one's turn. */
  #nextTurn(conversation: FakeConversation): 'offered' | 'offer_over' {
    conversation.reserved?.stopTimer?.();
    conversation.reserved = null;
    return this.offerNext(conversation) ? 'offered' : 'offer_over';
  }

  #offerTo(
    conversation: FakeConversation,
    lock: FakeLock,
    to: string,
    note: string,
  ): { state: 'offered'; until: number } {
    this.#dropHandOver(conversation);
    const wait = this.#world.inboxOf(conversation).times.handOverTime;
    const until = this.#world.clock.now() + wait;
    const stopTimer = this.#world.clock.setTimer(wait, () => {
      lock.handOver = null;
      this.#tell(conversation, 'hand_over_over');
    });
    lock.handOver = { to, note, until, stopTimer };
    this.#tell(conversation, 'hand_over');
    return { state: 'offered', until };
  }

  /** The deadline of a question is here. */
  #decide(conversation: FakeConversation, lock: FakeLock, due: FakeAsk): void {
    if (conversation.lock !== lock || !lock.asks.includes(due)) return;
    if (lock.activeAt > due.at) return this.#locks.endAsks(conversation, lock);
    const first = lock.asks.find((ask) => this.#isThere(ask, conversation));
    if (first === undefined) return this.#locks.end(conversation, 'idle');
    this.#locks.pass(conversation, lock, first.from, { reason: 'idle' });
  }

  /** The session that asked is connected, and its agent may still reply. */
  #isThere({ from }: FakeAsk, { inboxId }: FakeConversation): boolean {
    const may = this.#world.summary(from.agentId, inboxId);
    if (may === undefined || !includesCapability(may.capability, 'reply')) return false;
    return this.there(from.agentId).some(({ sessionId }) => sessionId === from.sessionId);
  }

  /** Whether this lock would end another one of the colleague's. */
  #isBusy(agentId: string, conversation: FakeConversation): boolean {
    if (this.#world.inboxOf(conversation).lockOn !== 'open') return false;
    return [...this.#world.conversations.values()].some(
      ({ lock }) => lock?.agentId === agentId && lock.lockOn === 'open',
    );
  }

  /** The lock that a session says it holds, or what became of it. */
  #own(holder: Holder, conversation: FakeConversation, fence: number): FakeLock {
    const { lock, ended } = conversation;
    if (lock?.fence === fence && this.#locks.holds(holder, conversation)) return lock;
    if (ended?.fence === fence && ended.sessionId === holder.sessionId)
      throw this.#locks.lost(conversation, [], ended.reason);
    throw refuse('lock_required');
  }

  #dropPlace({ waiting }: FakeConversation, agentId: string): boolean {
    const at = waiting.indexOf(agentId);
    if (at < 0) return false;
    waiting.splice(at, 1);
    return true;
  }

  #dropHandOver({ lock }: FakeConversation): boolean {
    if (!lock?.handOver) return false;
    lock.handOver.stopTimer();
    lock.handOver = null;
    return true;
  }

  #tell(conversation: FakeConversation, step: LockStep): void {
    this.#world.tell(conversation, (row) => ({ type: 'lock.changed', step, row }));
  }
}

/** The refusal for everybody but the one it is offered to. */
export function offeredTo({ for: person, until }: NonNullable<FakeConversation['reserved']>): LatchboxError {
  return new LatchboxError('lock_held', { holder: null, since: null, offeredTo: person, until });
}

/** The session of an agent who acts without a client. */
export const colleagueSession = (agentId: string): Holder => ({
  agentId,
  sessionId: `session_of_${agentId}`,
  device: 'elsewhere',
});
