import './nav.css';
import {
  Archive,
  ArrowLeft,
  CalendarClock,
  Clock,
  Inbox,
  type LucideIcon,
  Send,
  SquarePen,
  User,
  UserX,
} from 'lucide-react';
import { useClient } from '../app/client.ts';
import { type AcrossInboxes, type Place, placePath, type View } from '../app/place.ts';
import { useCompose } from '../compose/compose-context.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { Logo } from '../ui/logo.tsx';
import { Tip } from '../ui/tip.tsx';
import { Bell } from '../notifications/bell.tsx';
import { Crew } from './crew.tsx';
import { KeptViews } from './kept-views.tsx';
import { MeFoot } from './me-foot.tsx';
import { NavLink } from './nav-link.tsx';
import { ThemeButton } from './theme-button.tsx';
import { useOpenCount, useUnreadCount } from './use-counts.ts';

/** Where mail that left is looked at. */
export const MAIL = '/mail';
/** Where what waits for its time is looked at. */
const SCHEDULED = '/scheduled';

interface NavProps {
  /** Null where no list is shown. */
  view: View | null;
  mail?: boolean;
  scheduled?: boolean;
  notifications?: boolean;
  onClose: () => void;
  /** A place was chosen: on a narrow page its list comes forward. */
  onChosen: () => void;
}

const VIEWS: readonly { name: AcrossInboxes; label: string; icon: LucideIcon }[] = [
  { name: 'mine', label: 'Mine', icon: User },
  { name: 'unassigned', label: 'Unassigned', icon: UserX },
  { name: 'all', label: 'All', icon: Inbox },
  { name: 'snoozed', label: 'Snoozed', icon: Clock },
  { name: 'archived', label: 'Archived', icon: Archive },
];

/** Which inboxes and views there are, and how much waits in each. */
export function Nav(props: NavProps) {
  const { view, mail = false, scheduled = false, notifications = false, onClose, onChosen } = props;
  const inboxes = useReadable(useClient().inboxes);
  const inboxId = view?.name === 'inbox' ? view.inboxId : inboxes[0]?.id;
  return (
    <nav className="nav" aria-label="Inboxes and views">
      <div className="nav-brand">
        <Logo size={24} />
        <b>Latchbox</b>
        <Bell current={notifications} onChosen={onChosen} />
        <ThemeButton />
        <IconButton icon={ArrowLeft} label="Close the menu" className="only-narrow" onClick={onClose} />
      </div>
      <NewMessage onChosen={onChosen} />
      <div className="nav-scroll">
        {VIEWS.map(({ name, label, icon }) => (
          <ViewItem key={name} name={name} label={label} icon={icon} current={view} onChosen={onChosen} />
        ))}
        <KeptViews current={view} onChosen={onChosen} />
        <h2 className="nav-title">Inboxes</h2>
        {inboxes.map(({ id, name, colour }, at) => (
          <InboxItem
            key={id}
            id={id}
            name={name}
            colour={colour}
            first={at === 0}
            current={view}
            onChosen={onChosen}
          />
        ))}
        <h2 className="nav-title">Records</h2>
        <MailItem current={mail} onChosen={onChosen} />
        <ScheduledLink current={scheduled} onChosen={onChosen} />
      </div>
      <div className="nav-foot">
        {inboxId === undefined ? null : <Crew inboxId={inboxId} />}
        <MeFoot />
      </div>
    </nav>
  );
}

function NewMessage({ onChosen }: { onChosen: () => void }) {
  const compose = useCompose();
  const begin = (): void => {
    onChosen();
    compose();
  };
  return (
    <Tip words="New message" shortcut="compose">
      <Button className="nav-new" onClick={begin}>
        <Icon of={SquarePen} size={17} />
        New message
      </Button>
    </Tip>
  );
}

interface ItemProps {
  current: Place['view'];
  onChosen: () => void;
}

function ViewItem(props: ItemProps & { icon: LucideIcon; label: string; name: AcrossInboxes }) {
  const { icon, label, name, current, onChosen } = props;
  const count = useOpenCount(name);
  const view: View = { name };
  return (
    <NavLink
      href={placePath({ view, conversationId: null })}
      shortcut={`go-${name}`}
      name={nameOf(label, count, name === 'snoozed' ? 'snoozed' : 'open')}
      label={label}
      current={current?.name === name}
      onChosen={onChosen}
      icon={<Icon of={icon} size={17} />}
      count={count}
    />
  );
}

function InboxItem(props: ItemProps & { id: string; name: string; colour: string; first: boolean }) {
  const { id, name, colour, first, current, onChosen } = props;
  const unread = useUnreadCount(id);
  const view: View = { name: 'inbox', inboxId: id, status: 'open' };
  return (
    <NavLink
      href={placePath({ view, conversationId: null })}
      shortcut={first ? 'go-inbox' : undefined}
      name={nameOf(name, unread, 'unread')}
      label={name}
      current={current?.name === 'inbox' && current.inboxId === id}
      onChosen={onChosen}
      icon={<InboxSquare colour={colour} />}
      count={unread}
    />
  );
}

function MailItem({ current, onChosen }: { current: boolean; onChosen: () => void }) {
  return (
    <NavLink
      href={MAIL}
      shortcut="go-mail"
      name="Mail that left"
      label="Mail that left"
      current={current}
      onChosen={onChosen}
      icon={<Icon of={Send} size={17} />}
      count={0}
    />
  );
}

function ScheduledLink({ current, onChosen }: { current: boolean; onChosen: () => void }) {
  return (
    <NavLink
      href={SCHEDULED}
      shortcut="go-scheduled"
      name="Sent later"
      label="Sent later"
      current={current}
      onChosen={onChosen}
      icon={<Icon of={CalendarClock} size={17} />}
      count={0}
    />
  );
}

/** "Repairs, 14 unread" */
function nameOf(label: string, count: number, of: string): string {
  return count === 0 ? label : `${label}, ${count} ${of}`;
}
