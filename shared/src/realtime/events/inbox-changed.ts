import { z } from 'zod';
import { InboxSummary } from '../../model/inbox.ts';

/** Name, colour or lock settings of the inbox changed. */
export const inboxChanged = z.strictObject({
  type: z.literal('inbox.changed'),
  inbox: InboxSummary.omit({ capability: true }),
});
