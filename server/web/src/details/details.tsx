import './details.css';
import type { Conversation, ConversationRow } from '@latchbox/client';
import { X } from 'lucide-react';
import { useNow } from '../app/use-now.ts';
import { dayWords } from '../lib/time-words.ts';
import { Actions } from '../thread/actions.tsx';
import { Assign } from '../thread/assign.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { LockHistory } from './lock-history.tsx';

interface DetailsProps {
  conversation: Conversation;
  row: ConversationRow;
  unread: boolean;
  inboxName: string;
  onExport: () => Promise<void>;
  onFailed: (error: unknown) => void;
  onClose: () => void;
}

/** About this conversation: who writes, and who held it when. */
export function Details({ conversation, row, unread, inboxName, onExport, onFailed, onClose }: DetailsProps) {
  const now = useNow(60_000);
  return (
    <aside className="details" aria-label="About this conversation">
      <div className="details-head">
        <Avatar who={row.contact} size={40} as="contact" />
        <div className="grow">
          <h2 className="cut">{row.contact.name}</h2>
          <p className="cut" title={row.contact.address}>
            {row.contact.address}
          </p>
        </div>
        <IconButton icon={X} label="Close details" className="only-folded" onClick={onClose} />
      </div>
      <div className="details-actions">
        <Assign conversation={conversation} row={row} onFailed={onFailed} />
        <Actions conversation={conversation} row={row} unread={unread} onFailed={onFailed} />
      </div>
      <dl className="facts">
        <dt>Inbox</dt>
        <dd>{inboxName}</dd>
        <dt>Number</dt>
        <dd className="num">#{row.number}</dd>
        <dt>Since</dt>
        <dd>{dayWords(row.createdAt, now)}</dd>
        <dt>Status</dt>
        <dd>{row.status === 'open' ? 'Open' : 'Archived'}</dd>
      </dl>
      <LockHistory key={conversation.id} conversation={conversation} row={row} onExport={onExport} />
    </aside>
  );
}
