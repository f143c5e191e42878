import { z } from 'zod';
import { ScheduledReply } from '../../model/scheduled.ts';

/** In its author's own stream: a scheduled reply was made or changed, was sent, or was stopped and has to be looked at. */
export const scheduledChanged = z.strictObject({
  type: z.literal('scheduled.changed'),
  scheduled: ScheduledReply,
});
