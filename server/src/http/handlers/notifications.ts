import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

const PAGE = 30;

/** What the caller was told. */
export function notificationHandlers({
  notifications,
}: Pick<HttpDeps, 'notifications'>): Pick<Handlers, 'listNotifications' | 'readNotifications'> {
  return {
    async listNotifications({ verified, query: { after = null, limit = PAGE } }) {
      const { next, ...page } = await notifications.list(verified.agent.id, after, limit);
      return { ...page, next: next === null ? null : `${next.at}~${next.id}` };
    },
    readNotifications: ({ verified, body }) => notifications.read(verified.agent.id, body.ids),
  };
}
