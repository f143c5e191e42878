import { z } from 'zod';
import { InboxSummary } from '../../model/inbox.ts';

/** Agent stream: an inbox became visible to this agent, or what the agent may do there changed. */
export const inboxVisible = z.strictObject({ type: z.literal('inbox.visible'), inbox: InboxSummary });
