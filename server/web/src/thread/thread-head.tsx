import type { Conversation, ConversationRow, ConversationSnapshot } from '@latchbox/client';
import { Archive, ArrowLeft, Clock, Info } from 'lucide-react';
import type { RefObject } from 'react';
import { useNow } from '../app/use-now.ts';
import { addressBeside } from '../lib/people.ts';
import { ownNumber, titleOf } from '../lib/titles.ts';
import { comingTime } from '../lib/time-words.ts';
import { CHANNEL_ICON } from '../list/row.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Actions } from './actions.tsx';
import { Assign } from './assign.tsx';
import { HeadPeople } from './head-people.tsx';
import { TitleSkeleton } from './thread-skeleton.tsx';

interface ThreadHeadProps {
  conversation: Conversation;
  snapshot: ConversationSnapshot;
  inboxName: string;
  /** It has been loading for long enough to show it. */
  late: boolean;
  heading: RefObject<HTMLHeadingElement | null>;
  detailsShown: boolean;
  onBack: () => void;
  onDetails: () => void;
  onFailed: (error: unknown) => void;
}

export function ThreadHead(props: ThreadHeadProps) {
  const { conversation, snapshot, inboxName, late, heading, detailsShown, onBack, onDetails, onFailed } =
    props;
  const { row, unread } = snapshot;
  return (
    <header className="thread-head">
      <IconButton
        icon={ArrowLeft}
        label="Back to the list"
        shortcut="back"
        className="only-phone"
        onClick={onBack}
      />
      {row === null ? (
        <TitleSkeleton late={late} />
      ) : (
        <>
          <div className="thread-title">
            <h1 className="cut" ref={heading} tabIndex={-1}>
              {titleOf(row)}
            </h1>
            <p>
              <span className="cut">
                {row.channel === 'sms' ? addressBeside(row.contact) || ownNumber(row) : row.contact.name}
              </span>
              <span>
                <Icon of={CHANNEL_ICON[row.channel]} size={14} />
                {inboxName}
              </span>
              <span className="num">#{row.number}</span>
              <HeadStatus row={row} />
            </p>
          </div>
          <HeadPeople conversation={conversation} />
          <Assign conversation={conversation} row={row} withKeys onFailed={onFailed} />
          <span className="thread-actions">
            <Actions
              conversation={conversation}
              row={row}
              unread={unread}
              withKeys
              onFailed={onFailed}
              onLeave={onBack}
            />
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

/** Why it is not among the open ones. */
function HeadStatus({ row }: { row: ConversationRow }) {
  const now = useNow(60_000);
  if (row.status === 'open') return null;
  const snoozed = row.status === 'snoozed' && row.snoozedUntil !== undefined;
  return (
    <span className="thread-status">
      <Icon of={snoozed ? Clock : Archive} size={13} />
      {snoozed ? `Snoozed until ${comingTime(row.snoozedUntil ?? now, now)}` : 'Archived'}
    </span>
  );
}
