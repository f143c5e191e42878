import { z } from 'zod';
import { Id } from '../../model/scalars.ts';

/**
 * The conversation is another inbox's from now on (A1): told to the inbox that it leaves. The other one is told by the `entry.added`
 * that brought it there. Whoever sees only this inbox does not see it any more; a lock that ends with it has ended before.
 */
export const conversationMoved = z.strictObject({
  type: z.literal('conversation.moved'),
  conversationId: Id,
  /** Where to. */
  inboxId: Id,
});
