import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';
import { authorOf } from './conversations.ts';

type Names = 'scheduleReply' | 'listScheduledOf' | 'listScheduled' | 'changeScheduled' | 'cancelScheduled';

/** Replies for later. */
export function scheduledHandlers({ messaging }: Pick<HttpDeps, 'messaging'>): Pick<Handlers, Names> {
  return {
    scheduleReply: (call) =>
      messaging.schedule(authorOf(call), { conversationId: call.params.conversation, ...call.body }),
    listScheduledOf: (call) =>
      messaging.scheduled(authorOf(call), { conversationId: call.params.conversation }),
    listScheduled: (call) => messaging.scheduled(authorOf(call), {}),
    changeScheduled: (call) =>
      messaging.reschedule(authorOf(call), { id: call.params.scheduled, ...call.body }),
    cancelScheduled: (call) => messaging.unschedule(authorOf(call), { id: call.params.scheduled }),
  };
}
