import './row.css';
import type { InboxSummary, ListRow, Typist } from '@latchbox/client';
import { Clock, Mail, MessageCircle, MessageSquare, StickyNote, User, UsersRound } from 'lucide-react';
import { type FocusEventHandler, memo, useId } from 'react';
import { useClient, useMe } from '../app/client.ts';
import { Link } from '../app/link.tsx';
import { firstName } from '../lib/people.ts';
import { ownNumber } from '../lib/titles.ts';
import { comingTime, fullTime } from '../lib/time-words.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Icon } from '../ui/icon.tsx';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { TypingLine } from '../ui/typing.tsx';
import { badgeWords, RowBadge } from './row-badge.tsx';

export const CHANNEL_ICON = { email: Mail, sms: MessageSquare, simulator: MessageCircle };

interface RowProps {
  row: ListRow;
  href: string;
  open: boolean;
  /** The one row that the tab key reaches; the arrow keys go on from there. */
  tabbable: boolean;
  /** "4 min" */
  time: string;
  /** In which inbox, where the list is over several. */
  inbox: InboxSummary | null;
  onFocus: FocusEventHandler;
}

/** One conversation of the list. */
export const Row = memo(function Row({ row, href, open, tabbable, time, inbox, onFocus }: RowProps) {
  const client = useClient();
  const me = useMe();
  const conversation = client.conversation(row.id);
  const lock = useReadable(conversation.lock);
  const typists = useReadable(conversation.typists);
  const viewers = useReadable(conversation.viewers).filter(({ person }) => person.id !== me?.id);
  const says = useId();
  const isText = row.channel === 'sms';
  const look = `${row.unread ? 'row-unread' : ''} ${row.status === 'archived' ? 'row-archived' : ''}`;
  const states = [
    time,
    row.unread ? 'Unread' : '',
    inbox === null ? '' : `In ${inbox.name}`,
    badgeWords({ lock, viewers }),
    row.status === 'snoozed' ? 'Snoozed' : '',
    row.status === 'archived' ? 'Archived' : '',
    row.assignee === null
      ? ''
      : `Assigned to ${row.assignee.id === me?.id ? 'you' : firstName(row.assignee.name)}`,
    row.team === undefined ? '' : `Team ${row.team.name}`,
  ];

  return (
    <Link
      className={`row ${look}`}
      href={href}
      aria-describedby={says}
      aria-current={open ? 'true' : undefined}
      tabIndex={tabbable ? 0 : -1}
      data-row={row.id}
      onFocus={onFocus}
    >
      {/* Who and what, and all else as a description: read out of the cells it would make no sentence. */}
      <span className="said">{`${row.contact.name}, ${isText ? row.preview.text : row.subject}`}</span>
      <span className="row-side" aria-hidden="true">
        <Icon of={CHANNEL_ICON[row.channel]} size={17} />
        {row.unread ? <span className="row-dot" /> : null}
      </span>
      <span className="row-words" aria-hidden="true">
        <span className="row-line">
          <span className="row-name cut">{row.contact.name}</span>
          {inbox === null ? null : <InboxSquare colour={inbox.colour} />}
          <time dateTime={new Date(row.lastAt).toISOString()} title={fullTime(row.lastAt)}>
            {time}
          </time>
        </span>
        <span className="row-line">
          <span className="row-subject cut">{isText ? <PreviewWords row={row} /> : row.subject}</span>
          <RowBadge lock={lock} viewers={viewers} />
        </span>
        <LastLine row={row} typists={typists} me={me?.id} />
      </span>
      <span className="said" id={says} aria-hidden="true">
        {states.filter((state) => state !== '').join('. ')}
      </span>
    </Link>
  );
});

/** Who types, or the last words; and whose it is. */
function LastLine({
  row,
  typists,
  me,
}: {
  row: ListRow;
  typists: readonly Typist[];
  me: string | undefined;
}) {
  const { assignee, team } = row;
  return (
    <span className="row-line">
      {typists.length > 0 ? (
        <span className="cut">
          <TypingLine typists={typists} />
        </span>
      ) : (
        <Preview row={row} me={me} />
      )}
      {assignee === null && team === undefined ? null : (
        <span className="row-assignee">
          <Icon of={assignee === null ? UsersRound : User} size={13} />
          <span className="cut">
            {assignee === null ? team?.name : assignee.id === me ? 'You' : firstName(assignee.name)}
          </span>
        </span>
      )}
    </span>
  );
}

function Preview({ row, me }: { row: ListRow; me: string | undefined }) {
  const drafting = row.drafts.find(({ person, kind: of }) => of === 'reply' && person.id !== me);
  const own = row.drafts.some(({ person }) => person.id === me);
  return (
    <span className="row-preview cut">
      {drafting === undefined ? null : (
        <span className="row-draft">Draft by {firstName(drafting.person.name)}</span>
      )}
      {drafting === undefined && own ? <span className="row-draft row-draft-own">Your draft</span> : null}
      <SnoozeMark row={row} />
      {row.channel === 'sms' ? <OwnNumber row={row} /> : <PreviewWords row={row} />}
    </span>
  );
}

/** The last words: of a text they are its title, too. */
function PreviewWords({ row }: { row: ListRow }) {
  const { kind, author, text } = row.preview;
  return (
    <>
      {kind === 'note' ? <Icon of={StickyNote} size={13} /> : null}
      {kind === 'message' ? text : `${firstName(author)}: ${text}`}
    </>
  );
}

/** On which of our numbers it is, where its inbox has several. */
function OwnNumber({ row }: { row: ListRow }) {
  const known = useReadable(useClient().accounts);
  const numbers = known?.accounts.filter(
    ({ channel, inboxId }) => channel === 'sms' && inboxId === row.inboxId,
  );
  return (numbers?.length ?? 0) > 1 ? ownNumber(row) : null;
}

/** Until when it is out of the way. */
function SnoozeMark({ row }: { row: ListRow }) {
  const { clock } = useClient();
  if (row.status !== 'snoozed' || row.snoozedUntil === undefined) return null;
  return (
    <span className="row-snoozed">
      <Icon of={Clock} size={13} />
      Until {comingTime(row.snoozedUntil, clock.now())}
    </span>
  );
}
