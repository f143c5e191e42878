import { LatchboxError, refuse } from '@latchbox/shared/errors';
import type { ScheduledReply } from '@latchbox/shared/model/scheduled';
import type { UpInput, UpName, UpResult } from '@latchbox/shared/realtime/up/index';
import type { FakeMessages } from './messages.ts';
import type { Holder, World } from './world.ts';

type ScheduleName = Extract<UpName, `reply.${string}schedule${string}`>;
export type ScheduleHandlers = {
  [N in ScheduleName]: (client: unknown, session: Holder, input: UpInput<N>) => UpResult<N>;
};

/** How long (ms) until a reply is looked at again whose conversation somebody else holds. */
const HELD_AGAIN = 2_000;

/** Replies that wait for their time. */
export class FakeSchedules {
  readonly #world: World;
  readonly #messages: FakeMessages;
  readonly #all = new Map<string, ScheduledReply>();
  readonly #timers = new Map<string, () => void>();

  constructor(world: World, messages: FakeMessages) {
    this.#world = world;
    this.#messages = messages;
  }

  readonly commands: ScheduleHandlers = {
    'reply.schedule': (_client, { agentId }, input) => {
      const { conversationId, clientId, attachments: _files, then = 'stay', ...said } = input;
      const conversation = this.#world.find(agentId, conversationId, 'reply');
      if (input.lastSeen > conversation.entries.length) throw new LatchboxError('invalid', { issues: [] });
      const id = `sch_${agentId}_${clientId}`.slice(0, 64);
      const scheduled = this.#all.get(id) ?? {
        ...said,
        id,
        conversationId,
        inboxId: conversation.inboxId,
        author: this.#world.person(agentId),
        attachments: [],
        then,
        state: 'waiting',
        reason: null,
        position: null,
        createdAt: this.#world.clock.now(),
      };
      return { scheduled: this.#put(scheduled) };
    },
    'reply.scheduled': (_client, { agentId }, { conversationId, inboxIds }) => {
      if (conversationId !== undefined) this.#world.find(agentId, conversationId);
      const scheduled = [...this.#all.values()]
        .filter(({ state }) => state === 'waiting' || state === 'stopped')
        .filter(({ inboxId }) => inboxIds?.includes(inboxId) ?? true)
        .filter((one) =>
          conversationId === undefined ? one.author.id === agentId : one.conversationId === conversationId,
        )
        .sort((a, b) => a.sendAt - b.sendAt);
      return { scheduled };
    },
    'reply.reschedule': (_client, { agentId }, { id, ...change }) => {
      const before = this.#mine(agentId, id);
      const { body = before.body, sendAt = before.sendAt, then = before.then } = change;
      const lastSeen = change.lastSeen ?? before.lastSeen;
      const next = { ...before, body, sendAt, then, lastSeen, reason: null };
      return { scheduled: this.#put({ ...next, state: 'waiting' }) };
    },
    'reply.unschedule': (_client, { agentId }, { id }) => ({
      scheduled: this.#put({ ...this.#mine(agentId, id), state: 'canceled', reason: null }),
    }),
  };

  #mine(agentId: string, id: string): ScheduledReply {
    const found = this.#all.get(id);
    if (found?.author.id !== agentId) throw refuse('not_found');
    if (found.state === 'sent' || found.state === 'canceled') throw new LatchboxError('conflict', {});
    return found;
  }

  #put(scheduled: ScheduledReply): ScheduledReply {
    const { id, state, sendAt, author } = scheduled;
    const { clock } = this.#world;
    this.#all.set(id, scheduled);
    this.#timers.get(id)?.();
    if (state === 'waiting') this.#wait(id, Math.max(0, sendAt - clock.now()));
    this.#world.append(`agent:${author.id}`, { type: 'scheduled.changed', scheduled });
    return scheduled;
  }

  #wait(id: string, ms: number): void {
    this.#timers.set(
      id,
      this.#world.clock.setTimer(ms, () => this.#due(id)),
    );
  }

  #due(id: string): void {
    const scheduled = this.#all.get(id);
    if (scheduled?.state !== 'waiting') return;
    const { author, conversationId, lastSeen } = scheduled;
    const conversation = this.#world.conversations.get(conversationId);
    if (conversation === undefined) return;
    const { body } = scheduled;
    try {
      const { entry } = this.#messages.sendOnce(author.id, conversation, { clientId: id, body, lastSeen });
      this.#put({ ...scheduled, state: 'sent', reason: null, position: entry.position });
    } catch (error) {
      if (!LatchboxError.is(error)) throw error;
      if (error.code === 'lock_held') this.#wait(id, HELD_AGAIN);
      else this.#put({ ...scheduled, state: 'stopped', reason: error.code });
    }
  }
}
