import type { Entry } from '@latchbox/shared/model/entry';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import type { Gateway } from './gateway.ts';
import { colleagueSession } from './line.ts';
import type { FakeLocks } from './locks.ts';
import type { FakeMessages } from './messages.ts';
import type { Holder, World } from './world.ts';

interface Parts {
  readonly world: World;
  readonly locks: FakeLocks;
  readonly messages: FakeMessages;
  readonly door: Gateway;
}

/** An agent who acts at the server, as if with a client of their own that never loses its connection. */
export class Colleague {
  readonly id: string;
  readonly #parts: Parts;

  constructor(id: string, parts: Parts) {
    this.id = id;
    this.#parts = parts;
  }

  /** Takes the lock; answers its fence. Throws what a client would get. */
  takes(conversationId: string): number {
    return this.#act(
      ({ locks, world }) => locks.acquire(this.#holder(), conversationId, world.newId('request')).fence,
    );
  }

  releases(conversationId: string): void {
    this.#act(({ locks, world }) => {
      const fence = world.conversations.get(conversationId)?.lock?.fence ?? 0;
      locks.release(this.#holder(), conversationId, fence, 'released');
    });
  }

  /** Replies: takes the lock for it where it is free. */
  answers(conversationId: string, body: string): Entry {
    return this.#act(({ locks, messages, world }) => {
      const conversation = world.find(this.id, conversationId);
      const holder = this.#holder();
      if (!locks.holds(holder, conversation)) locks.acquire(holder, conversationId, world.newId('request'));
      const fence = conversation.lock?.fence ?? 0;
      const lastSeen = conversation.entries.length;
      const clientId = world.newId('client_id');
      return messages.send(holder, { conversationId, clientId, fence, lastSeen, body, then: 'stay' }).entry;
    });
  }

  notes(conversationId: string, body: string): Entry {
    return this.#act(({ messages, world }) => {
      return messages.note(this.id, { conversationId, clientId: world.newId('client_id'), body }).entry;
    });
  }

  types(conversationId: string, kind: 'reply' | 'note' = 'reply'): void {
    this.#act(({ door, locks, world }) => {
      locks.activity(this.#holder(), world.find(this.id, conversationId), true);
      door.there.typing(this.id, conversationId, kind);
    });
  }

  stopsTyping(conversationId: string): void {
    this.#act(({ door }) => door.there.typing(this.id, conversationId, null));
  }

  assigns(conversationId: string, assigneeId: string | null, teamId?: string | null): void {
    this.#act(({ messages }) => messages.assign(this.id, { conversationId, assigneeId, teamId }));
  }

  /** Becomes the owner of a conversation's contact, or gives that to somebody else. */
  owns(conversationId: string, ownerId: string | null = this.id): void {
    this.#act(({ messages, world }) => messages.own(world.find(this.id, conversationId), ownerId));
  }

  archives(conversationId: string): void {
    this.#act(({ messages, world }) =>
      messages.status(this.id, world.find(this.id, conversationId), 'archived'),
    );
  }

  /** Waits in line; answers what became of it. */
  joins(conversationId: string): UpResult<'lock.join'> {
    return this.#act(({ locks }) => locks.line.join(this.#holder(), conversationId));
  }

  leavesLine(conversationId: string): void {
    this.#act(({ locks }) => locks.line.leave(this.#holder(), conversationId));
  }

  /** Asks the holder for it; answers the question's id and deadline. */
  asks(conversationId: string, note = ''): UpResult<'lock.ask'> {
    return this.#act(({ locks }) => locks.line.ask(this.#holder(), conversationId, note));
  }

  /** Answers whoever asked first. */
  replies(conversationId: string, decision: 'pass' | 'keep'): void {
    this.#act(({ locks, world }) => {
      const askId = world.find(this.id, conversationId).lock?.asks[0]?.id ?? 'nobody_asks';
      locks.line.answer(this.#holder(), { conversationId, askId, decision });
    });
  }

  /** Passes the lock and the reply draft on; `null` withdraws the offer. */
  handsOver(conversationId: string, to: string | null, note = ''): UpResult<'lock.handOver'> {
    return this.#act(({ locks, world }) => {
      const fence = world.find(this.id, conversationId).lock?.fence ?? 1;
      return locks.line.handOver(this.#holder(), { conversationId, fence, to, note });
    });
  }

  /** Takes what is offered; answers the fence. */
  accepts(conversationId: string): number {
    return this.#act(
      ({ locks, world }) =>
        locks.line.acceptOffer(this.#holder(), conversationId, world.newId('request')).fence,
    );
  }

  /** Takes it away from its holder; answers the fence. */
  takesOver(conversationId: string, note = ''): number {
    return this.#act(({ locks, world }) => {
      const requestId = world.newId('request');
      return locks.line.takeOver(this.#holder(), { conversationId, requestId, note }).fence;
    });
  }

  #holder(): Holder {
    return colleagueSession(this.id);
  }

  #act<R>(what: (parts: Parts) => R): R {
    const result = what(this.#parts);
    this.#parts.door.flush();
    return result;
  }
}
