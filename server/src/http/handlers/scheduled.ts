import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';
import { authorOf } from './conversations.ts';

type Names = 'scheduleReply' | 'listScheduledOf' | 'listScheduled' | 'changeScheduled' | 'cancelScheduled';

/** Replies for later. */
export function scheduledHandlers({
  messaging,
  directory,
}: Pick<HttpDeps, 'messaging' | 'directory'>): Pick<Handlers, Names> {
  return {
    scheduleReply: (call) =>
      messaging.schedule(authorOf(call), { conversationId: call.params.conversation, ...call.body }),
    listScheduledOf: (call) =>
      messaging.scheduled(authorOf(call), { conversationId: call.params.conversation }),
    async listScheduled({ query: { inbox }, ...call }) {
      const author = authorOf(call);
      const inboxIds = inbox && (await directory.inboxIds(author.agentId, inbox));
      return await messaging.scheduled(author, { inboxIds });
    },
    changeScheduled: (call) =>
      messaging.reschedule(authorOf(call), { id: call.params.scheduled, ...call.body }),
    cancelScheduled: (call) => messaging.unschedule(authorOf(call), { id: call.params.scheduled }),
  };
}
