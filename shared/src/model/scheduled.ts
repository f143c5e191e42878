import { z } from 'zod';
import { Person } from './agent.ts';
import { Attachment } from './attachment.ts';
import { Forward } from './forward.ts';
import { Recipients } from './recipients.ts';
import { Id, Position, ServerTime } from './scalars.ts';

/**
 * A reply that is to be sent at a time (T6). `waiting`; `sent`: it is a reply now, at `position`; `stopped`: it was not sent, and `reason` says
 * why (`thread_moved_on`: something came in that its author had not seen); `canceled` by its author.
 */
export const ScheduledReply = z.strictObject({
  id: Id,
  conversationId: Id,
  /** Of its conversation. */
  inboxId: Id,
  author: Person,
  body: z.string(),
  attachments: z.array(Attachment),
  recipients: z.union([Recipients, z.literal('all')]).optional(),
  from: z.string().optional(),
  forward: Forward.optional(),
  then: z.enum(['stay', 'archive']),
  /** What of the thread its author had seen. */
  lastSeen: Position,
  sendAt: ServerTime,
  state: z.enum(['waiting', 'sent', 'stopped', 'canceled']),
  /** A code of the error table, `restored`, or `access_lost`: its author may reply in the inbox no more. While it waits past its time: `lock_held`, somebody else is replying. */
  reason: z.string().max(64).nullable(),
  position: Position.nullable(),
  createdAt: ServerTime,
});
export type ScheduledReply = z.infer<typeof ScheduledReply>;
