import { z } from 'zod';
import { NotificationRecord } from '../../model/notification.ts';

/** Agent stream: this agent is told something. */
export const notificationAdded = z.strictObject({
  type: z.literal('notification.added'),
  record: NotificationRecord,
});
