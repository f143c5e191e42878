import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

type Names = Extract<keyof Handlers, `${string}Notification${string}`>;

const PAGE = 30;

/** What the caller was told. */
export function notificationHandlers({
  notifications,
  notificationSettings,
}: Pick<HttpDeps, 'notifications' | 'notificationSettings'>): Pick<Handlers, Names> {
  return {
    getNotificationSettings: ({ verified }) => notificationSettings.get(verified.agent.id),
    changeNotificationSettings: ({ verified, body }) => notificationSettings.change(verified.agent.id, body),
    async listNotifications({ verified, query: { after = null, limit = PAGE } }) {
      const { next, ...page } = await notifications.list(verified.agent.id, after, limit);
      return { ...page, next: next === null ? null : `${next.at}~${next.id}` };
    },
    readNotifications: ({ verified, body }) => notifications.read(verified.agent.id, body.ids),
  };
}
