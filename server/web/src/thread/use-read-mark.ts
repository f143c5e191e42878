import type { Conversation, ConversationSnapshot } from '@latchbox/client';
import { useEffect, useRef } from 'react';
import { useVisible } from '../lib/use-visible.ts';

/**
 * Marks as read what is looked at: the end of the thread, in a tab that is seen. Marked unread by hand it stays so until
 * something new comes or the conversation is opened again.
 */
export function useReadMark(
  conversation: Conversation,
  snapshot: ConversationSnapshot,
  atEnd: boolean,
): void {
  const { status, unread, row } = snapshot;
  const incoming = row?.newestIncoming ?? 0;
  const visible = useVisible();
  /** The newest message that was marked read from here: once is enough, whatever happens to the mark afterwards. */
  const marked = useRef(0);
  useEffect(() => {
    if (status !== 'ready' || !atEnd || !visible || incoming <= marked.current) return;
    marked.current = incoming;
    if (unread) conversation.markRead().catch(() => {});
  }, [conversation, status, unread, incoming, atEnd, visible]);
}
