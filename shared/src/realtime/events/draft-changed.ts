import { z } from 'zod';
import { ConversationRow } from '../../model/conversation.ts';

/** An agent's unsent draft came or went (its text is not told); `row.drafts` says whose there are. */
export const draftChanged = z.strictObject({ type: z.literal('draft.changed'), row: ConversationRow });
