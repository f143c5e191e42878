import { z } from 'zod';
import { NotificationRecord } from '../model/notification.ts';
import { NotificationSettings, NotificationSettingsChange } from '../model/notification-settings.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { queryInt } from './fields.ts';
import { route } from './route.ts';

/** The `next` of a page. */
const PlaceRef = z
  .string()
  .regex(/^\d{1,16}~[A-Za-z0-9_-]{1,64}$/, 'must be the `next` of an earlier page')
  .transform((text) => {
    const at = text.indexOf('~');
    return { at: Number(text.slice(0, at)), id: text.slice(at + 1) };
  })
  .pipe(z.strictObject({ at: z.number().int().max(Number.MAX_SAFE_INTEGER), id: Id }));

const unread = z.number().int().nonnegative();

export const listNotifications = route({
  method: 'GET',
  path: '/api/notifications',
  summary: 'What I was told in the last 90 days, the newest first, and how much of it I have not read',
  query: z.strictObject({ after: PlaceRef.optional(), limit: queryInt(1, 200).optional() }),
  response: z.strictObject({
    notifications: z.array(NotificationRecord),
    unread,
    /** For `after` of the next page; null on the last one. */
    next: z.string().nullable(),
  }),
});

/** Those that are not mine, or read already, change nothing. */
export const readNotifications = route({
  method: 'POST',
  path: '/api/notifications/read',
  summary: 'Note that I have read these notifications; without ids: all of them',
  body: z.strictObject({ ids: z.array(Id).min(1).max(200).optional() }),
  response: z.strictObject({ unread, readAt: ServerTime }),
});

export const getNotificationSettings = route({
  method: 'GET',
  path: '/api/notifications/settings',
  summary: 'Of what I am told, and how (T13)',
  response: NotificationSettings,
});

/** Topics and ways that are left out keep their value. */
export const changeNotificationSettings = route({
  method: 'PATCH',
  path: '/api/notifications/settings',
  summary: 'Set of what I am told, and how',
  body: NotificationSettingsChange,
  response: NotificationSettings,
});
