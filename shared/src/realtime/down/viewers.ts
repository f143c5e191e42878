import { z } from 'zod';
import { Viewer } from '../../model/presence.ts';
import { Id } from '../../model/scalars.ts';

/** Who has a conversation open now: the whole list each time (at most 50). Volatile. */
export const viewers = z.strictObject({
  t: z.literal('viewers'),
  inboxId: Id,
  conversationId: Id,
  viewers: z.array(Viewer),
});
