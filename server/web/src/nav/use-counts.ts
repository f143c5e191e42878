import type { ConversationListSnapshot } from '@latchbox/client';
import { useClient } from '../app/client.ts';
import type { View } from '../app/place.ts';
import { listOf } from '../list/queries.ts';
import { usePick } from '../lib/use-readable.ts';

/** "14", or "50+" when there are more than are loaded. The server has no counts to tell yet; the live lists have. */
const unreadOf = ({ rows, hasMore }: ConversationListSnapshot): string =>
  words(rows.filter(({ unread }) => unread).length, hasMore);
const openOf = ({ rows, hasMore }: ConversationListSnapshot): string => words(rows.length, hasMore);

const words = (count: number, hasMore: boolean): string =>
  hasMore && count > 0 ? `${count}+` : String(count);

export function useUnreadCount(inboxId: string): string {
  return usePick(listOf(useClient(), { name: 'inbox', inboxId, status: 'open' }), unreadOf);
}

export function useOpenCount(view: View): string {
  return usePick(listOf(useClient(), view), openOf);
}
