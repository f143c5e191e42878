import { z } from 'zod';
import { Person } from '../../model/agent.ts';
import { DraftKind } from '../../model/conversation.ts';
import { Id, ServerTime } from '../../model/scalars.ts';

/** Somebody types (until `until`, unless told again), or stopped (`kind: null`). Volatile. */
export const typing = z.strictObject({
  t: z.literal('typing'),
  inboxId: Id,
  conversationId: Id,
  person: Person,
  kind: DraftKind.nullable(),
  until: ServerTime,
});
