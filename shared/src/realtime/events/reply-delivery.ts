import { z } from 'zod';
import { Delivery } from '../../model/entry.ts';
import { Id, Position } from '../../model/scalars.ts';

/** A reply went a step further on its way out, or failed for good (T6). */
export const replyDelivery = z.strictObject({
  type: z.literal('reply.delivery'),
  conversationId: Id,
  position: Position,
  delivery: Delivery,
});
