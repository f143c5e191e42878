import { z } from 'zod';
import { Id, ServerTime } from '../../model/scalars.ts';

/** Agent stream: this agent has read these notifications, in this tab or another. */
export const notificationRead = z.strictObject({
  type: z.literal('notification.read'),
  ids: z.array(Id),
  readAt: ServerTime,
});
