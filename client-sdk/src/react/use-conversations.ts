import { useMemo } from 'react';
import type { ConversationList, ConversationListSnapshot, ListQuery } from '../sync/list.ts';
import { useClient } from './provider.ts';
import { useReadable } from './use-readable.ts';

/** A live list, and how to get its next page. */
export type Conversations = ConversationListSnapshot & Pick<ConversationList, 'more'>;

/**
 * The conversations of an inbox, or with `null` of all inboxes that this agent sees, newest first and live. The query may be
 * written in place: equal queries share one list.
 */
export function useConversations(
  inboxId: string | null,
  query: Omit<ListQuery, 'inboxIds'> = {},
): Conversations {
  const client = useClient('useConversations');
  const list = inboxId === null ? client.list(query) : client.inbox(inboxId).list(query);
  const snapshot = useReadable(list);
  return useMemo(() => ({ ...snapshot, more: (options) => list.more(options) }), [snapshot, list]);
}
