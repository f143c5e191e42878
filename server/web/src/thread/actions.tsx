import { Archive, ArchiveRestore, Mail, MailOpen } from 'lucide-react';
import { useShortcut } from '../keys/use-shortcut.ts';
import { IconButton } from '../ui/button.tsx';
import { useToast } from '../ui/toasts.tsx';
import type { ActionsProps } from './actions-props.ts';
import { Snooze } from './snooze.tsx';

/** What can be done with the whole conversation. None of it needs the lock. */
export function Actions(props: ActionsProps) {
  const { conversation, row, unread, withKeys = false, onFailed } = props;
  const archived = row.status === 'archived';
  const mark = (): void =>
    void (unread ? conversation.markRead() : conversation.markUnread()).catch(onFailed);
  const archive = useArchive(props);
  useShortcut('unread', withKeys ? mark : null);
  useShortcut('archive', withKeys ? archive : null);
  return (
    <>
      <IconButton
        icon={unread ? MailOpen : Mail}
        label={unread ? 'Mark as read' : 'Mark as unread'}
        shortcut="unread"
        onClick={mark}
      />
      <Snooze {...props} />
      <IconButton
        icon={archived ? ArchiveRestore : Archive}
        label={archived ? 'Reopen' : 'Archive'}
        shortcut="archive"
        onClick={archive}
      />
    </>
  );
}

/** Archives or reopens, and offers to undo it. */
function useArchive({ conversation, row, onFailed, onLeave }: ActionsProps): () => void {
  const toast = useToast();
  return () => {
    if (row.status === 'archived') {
      conversation.setStatus('open').catch(onFailed);
      return;
    }
    const { snoozedUntil } = row;
    const undo = (): void =>
      void (
        snoozedUntil === undefined ? conversation.setStatus('open') : conversation.snooze(snoozedUntil)
      ).catch(onFailed);
    conversation.setStatus('archived').then(() => {
      toast('Archived', undo);
      onLeave();
    }, onFailed);
  };
}
