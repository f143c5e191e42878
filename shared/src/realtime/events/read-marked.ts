import { z } from 'zod';
import { Id, Position } from '../../model/scalars.ts';

/** Agent stream: this agent's read mark in a conversation moved, in this tab or another. */
export const readMarked = z.strictObject({
  type: z.literal('read.marked'),
  inboxId: Id,
  conversationId: Id,
  read: Position,
});
