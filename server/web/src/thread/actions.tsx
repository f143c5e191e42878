import type { Conversation, ConversationRow } from '@latchbox/client';
import { Archive, ArchiveRestore, Mail, MailOpen } from 'lucide-react';
import { IconButton } from '../ui/button.tsx';

interface ActionsProps {
  conversation: Conversation;
  row: ConversationRow;
  unread: boolean;
  onFailed: (error: unknown) => void;
}

/** What can be done with the whole conversation. None of it needs the lock. */
export function Actions({ conversation, row, unread, onFailed }: ActionsProps) {
  const archived = row.status === 'archived';
  return (
    <>
      <IconButton
        icon={unread ? MailOpen : Mail}
        label={unread ? 'Mark as read' : 'Mark as unread'}
        onClick={() => void (unread ? conversation.markRead() : conversation.markUnread()).catch(onFailed)}
      />
      <IconButton
        icon={archived ? ArchiveRestore : Archive}
        label={archived ? 'Reopen' : 'Archive'}
        onClick={() => void conversation.setStatus(archived ? 'open' : 'archived').catch(onFailed)}
      />
    </>
  );
}
