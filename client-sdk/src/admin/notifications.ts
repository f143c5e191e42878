import type {
  changeNotificationSettings,
  getNotificationSettings,
  listNotifications,
  readNotifications,
} from '@latchbox/shared/http/notifications';
import type { NotificationRecord } from '@latchbox/shared/model/notification';
import type { LatchboxClient } from '../client.ts';
import type { Abortable, Unsubscribe } from '../lib/scope.ts';
import { type Answer, asked, type Asks, type Body, type Query } from './ask.ts';

/** `next`: for `after` of the page behind it; null on the last one. */
export type NotificationPage = Answer<typeof listNotifications>;
export type NotificationQuery = Query<typeof listNotifications>;

export type NotificationSettings = Answer<typeof getNotificationSettings>;
/** What is left out keeps its value. */
export type NotificationSettingsChange = Body<typeof changeNotificationSettings>;

/** What I was told: registrations, mailboxes, masters, what was handed to me. */
export function notifications(client: Asks) {
  return {
    /** The newest first. */
    list: (query: NotificationQuery = {}, options?: Abortable): Promise<NotificationPage> =>
      client.request('GET', 'notifications', { ...options, query: asked(query) }),
    /** Notes that these are read; without ids: all. Answers how many are left. */
    async read(ids?: readonly string[]): Promise<number> {
      const body: Body<typeof readNotifications> = ids === undefined ? {} : { ids: [...ids] };
      const answer = client.request<Answer<typeof readNotifications>>('POST', 'notifications/read', { body });
      return (await answer).unread;
    },
    /** Of what I am told, and how. */
    settings: (options?: Abortable): Promise<NotificationSettings> =>
      client.request('GET', 'notifications/settings', options),
    /** Answers the settings as they are then. */
    change: (body: NotificationSettingsChange): Promise<NotificationSettings> =>
      client.request('PATCH', 'notifications/settings', { body }),
  };
}

/** Tells of notifications as they come, and as they are read in another tab. */
export function watchNotifications(
  client: Pick<LatchboxClient, 'on'>,
  told: {
    readonly added: (record: NotificationRecord) => void;
    readonly read: (ids: readonly string[], readAt: number) => void;
  },
): Unsubscribe {
  return client.on('event', ({ data }) => {
    if (data.type === 'notification.added') told.added(data.record);
    else if (data.type === 'notification.read') told.read(data.ids, data.readAt);
  });
}
