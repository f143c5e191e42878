import { assignAnswered } from '../../database/assignees.ts';
import type { Tx } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import type { SendTarget } from '../../database/lock-targets.ts';
import type { Author } from '../api.ts';
import { addActivity } from '../entries/activity.ts';

/** What nobody had belongs to the person who answers it, where its inbox is set so (T2); after the reply, in its transaction. */
export async function assignToAuthor(
  tx: Tx,
  deps: { readonly wake: Wake },
  { agentId: id, agentName: name }: Author,
  { conversationId, responsibleId }: SendTarget,
): Promise<void> {
  // Most have somebody: then nothing is asked.
  if (responsibleId !== null || !(await assignAnswered(tx, conversationId, id))) return;
  const author = { agentId: id, agentName: name };
  await addActivity(tx, deps, author, conversationId, {
    type: 'assigned',
    to: { id, name },
    reason: 'replied',
  });
}
