import type { Conversation, ConversationSnapshot } from '@latchbox/client';
import { ArrowLeft, Info } from 'lucide-react';
import type { RefObject } from 'react';
import { CHANNEL_ICON } from '../list/row.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Actions } from './actions.tsx';
import { Assign } from './assign.tsx';
import { HeadPeople } from './head-people.tsx';

interface ThreadHeadProps {
  conversation: Conversation;
  snapshot: ConversationSnapshot;
  inboxName: string;
  heading: RefObject<HTMLHeadingElement | null>;
  detailsShown: boolean;
  onBack: () => void;
  onDetails: () => void;
  onFailed: (error: unknown) => void;
}

export function ThreadHead(props: ThreadHeadProps) {
  const { conversation, snapshot, inboxName, heading, detailsShown, onBack, onDetails, onFailed } = props;
  const { row, unread } = snapshot;
  return (
    <header className="thread-head">
      <IconButton icon={ArrowLeft} label="Back to the list" className="only-phone" onClick={onBack} />
      {row === null ? (
        <div className="thread-title" />
      ) : (
        <>
          <div className="thread-title">
            <h1 className="cut" ref={heading} tabIndex={-1}>
              {row.subject}
            </h1>
            <p>
              <span className="cut">{row.contact.name}</span>
              <span>
                <Icon of={CHANNEL_ICON[row.channel]} size={14} />
                {inboxName}
              </span>
              <span className="num">#{row.number}</span>
            </p>
          </div>
          <HeadPeople conversation={conversation} />
          <Assign conversation={conversation} row={row} onFailed={onFailed} />
          <span className="thread-actions">
            <Actions conversation={conversation} row={row} unread={unread} onFailed={onFailed} />
          </span>
        </>
      )}
      <IconButton
        icon={Info}
        label="Details"
        className="only-folded"
        aria-expanded={detailsShown}
        onClick={onDetails}
      />
    </header>
  );
}
