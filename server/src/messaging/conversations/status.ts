import type { UpInput } from '@latchbox/shared';
import { setConversationStatus } from '../../database/conversation-writes.ts';
import type { Tx } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import type { Author } from '../api.ts';
import { addActivity } from '../entries/activity.ts';

/**
 * Archives or reopens a conversation whose row is locked, with a line of activity and its event. Nothing happens when it is
 * that already.
 */
export async function changeStatus(
  tx: Tx,
  deps: { readonly wake: Wake },
  author: Author,
  change: { readonly conversationId: string; readonly status: UpInput<'conversation.status'>['status'] },
): Promise<void> {
  if (!(await setConversationStatus(tx, change.conversationId, change.status))) return;
  await addActivity(tx, deps, author, change.conversationId, { type: 'status', to: change.status });
}
