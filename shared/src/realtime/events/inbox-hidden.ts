import { z } from 'zod';
import { Id } from '../../model/scalars.ts';

/** Agent stream: this agent no longer sees the inbox; its delivery has ended. */
export const inboxHidden = z.strictObject({ type: z.literal('inbox.hidden'), inboxId: Id });
