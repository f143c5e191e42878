import './details.css';
import type { Conversation, ConversationRow, InboxSummary } from '@latchbox/client';
import { SquarePen, X } from 'lucide-react';
import { useClient } from '../app/client.ts';
import { useNow } from '../app/use-now.ts';
import { CallButton } from '../calls/call-button.tsx';
import { useCompose } from '../compose/compose-context.ts';
import { preparedOf } from '../composer/prepared-store.ts';
import { TroubleLines } from '../composer/trouble-line.tsx';
import { useReadable } from '../lib/use-readable.ts';
import { comingTime, dayWords } from '../lib/time-words.ts';
import { Actions } from '../thread/actions.tsx';
import { Assign } from '../thread/assign.tsx';
import { addressBeside } from '../lib/people.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { Earlier } from './earlier.tsx';
import { LockHistory } from './lock-history.tsx';
import type { History } from './use-history.ts';

interface DetailsProps {
  conversation: Conversation;
  row: ConversationRow;
  unread: boolean;
  inbox: InboxSummary | null;
  history: History;
  onExport: () => Promise<void>;
  onFailed: (error: unknown) => void;
  onLeave: () => void;
  onClose: () => void;
}

/** About this conversation: who writes, and who held it when. */
export function Details(props: DetailsProps) {
  const { conversation, row, unread, inbox, history, onExport, onFailed, onLeave, onClose } = props;
  const now = useNow(60_000);
  const compose = useCompose();
  const prepared = useReadable(preparedOf(useClient(), conversation.id));
  return (
    <aside className="details" aria-label="About this conversation">
      <div className="details-head">
        <Avatar who={row.contact} size={40} as="contact" />
        <div className="grow">
          <h2 className="cut">{row.contact.name}</h2>
          <p className="cut" title={row.contact.address}>
            {addressBeside(row.contact)}
          </p>
        </div>
        <CallButton contact={row.contact} onFailed={onFailed} />
        <IconButton
          icon={SquarePen}
          label={`New message to ${row.contact.name}`}
          onClick={() => compose({ contact: row.contact, channel: row.channel, besides: row.inboxId })}
        />
        <IconButton icon={X} label="Close details" className="only-folded" onClick={onClose} />
      </div>
      <div className="details-actions">
        <Assign conversation={conversation} row={row} onFailed={onFailed} />
        <Actions
          conversation={conversation}
          row={row}
          unread={unread}
          onFailed={onFailed}
          onLeave={onLeave}
        />
      </div>
      <TroubleLines prepared={prepared} address={row.contact.address} />
      <dl className="facts">
        <dt>Inbox</dt>
        <dd>{inbox?.name}</dd>
        <dt>Number</dt>
        <dd className="num">#{row.number}</dd>
        <dt>Since</dt>
        <dd>{dayWords(row.createdAt, now)}</dd>
        <dt>Status</dt>
        <dd>{statusWords(row, now)}</dd>
      </dl>
      <LockHistory history={history} onExport={onExport} />
      <Earlier conversation={conversation} newest={row.newestPosition} />
    </aside>
  );
}

function statusWords({ status, snoozedUntil }: ConversationRow, now: number): string {
  if (status === 'snoozed' && snoozedUntil !== undefined)
    return `Snoozed until ${comingTime(snoozedUntil, now)}`;
  return { open: 'Open', snoozed: 'Snoozed', archived: 'Archived' }[status];
}
