import type { Conversation, ConversationRow } from '@latchbox/client';

export interface ActionsProps {
  conversation: Conversation;
  row: ConversationRow;
  unread: boolean;
  /** Single keys do them too; only once a page. */
  withKeys?: boolean;
  onFailed: (error: unknown) => void;
  /** It was put away: there is nothing more to do here. */
  onLeave: () => void;
}
