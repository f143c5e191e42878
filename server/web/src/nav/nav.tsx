import './nav.css';
import { ArrowLeft, type LucideIcon, User, UserX } from 'lucide-react';
import { useClient } from '../app/client.ts';
import { Link } from '../app/link.tsx';
import { type Place, placePath, sameView, type View } from '../app/place.ts';
import { useReadable } from '../lib/use-readable.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { Logo } from '../ui/logo.tsx';
import { Crew } from './crew.tsx';
import { MeFoot } from './me-foot.tsx';
import { ThemeButton } from './theme-button.tsx';
import { useOpenCount, useUnreadCount } from './use-counts.ts';

interface NavProps {
  view: View | null;
  onClose: () => void;
  /** A place was chosen: on a narrow page its list comes forward. */
  onChosen: () => void;
}

/** Which inboxes and views there are, and how much waits in each. */
export function Nav({ view, onClose, onChosen }: NavProps) {
  const inboxes = useReadable(useClient().inboxes);
  const inboxId = view?.name === 'inbox' ? view.inboxId : inboxes[0]?.id;
  return (
    <nav className="nav" aria-label="Inboxes and views">
      <div className="nav-brand">
        <Logo size={24} />
        <b>Latchbox</b>
        <ThemeButton />
        <IconButton icon={ArrowLeft} label="Close the menu" className="only-narrow" onClick={onClose} />
      </div>
      <div className="nav-scroll">
        <ViewItem icon={User} label="Mine" view={MINE} current={view} onChosen={onChosen} />
        <ViewItem icon={UserX} label="Unassigned" view={UNASSIGNED} current={view} onChosen={onChosen} />
        <h2 className="nav-title">Inboxes</h2>
        {inboxes.map(({ id, name, colour }) => (
          <InboxItem key={id} id={id} name={name} colour={colour} current={view} onChosen={onChosen} />
        ))}
      </div>
      <div className="nav-foot">
        {inboxId === undefined ? null : <Crew inboxId={inboxId} />}
        <MeFoot />
      </div>
    </nav>
  );
}

const MINE: View = { name: 'mine' };
const UNASSIGNED: View = { name: 'unassigned' };

interface ItemProps {
  current: Place['view'];
  onChosen: () => void;
}

function ViewItem(props: ItemProps & { icon: LucideIcon; label: string; view: View }) {
  const { icon, label, view, current, onChosen } = props;
  const count = useOpenCount(view);
  return (
    <Link
      className="nav-item"
      href={placePath({ view, conversationId: null })}
      aria-label={nameOf(label, count, 'open')}
      aria-current={sameView(view, current) ? 'page' : undefined}
      onClick={onChosen}
    >
      <Icon of={icon} size={17} />
      <span className="grow cut">{label}</span>
      <Count count={count} />
    </Link>
  );
}

function InboxItem(props: ItemProps & { id: string; name: string; colour: string }) {
  const { id, name, colour, current, onChosen } = props;
  const unread = useUnreadCount(id);
  const view: View = { name: 'inbox', inboxId: id, status: 'open' };
  const here = current?.name === 'inbox' && current.inboxId === id;
  return (
    <Link
      className="nav-item"
      href={placePath({ view, conversationId: null })}
      aria-label={nameOf(name, unread, 'unread')}
      aria-current={here ? 'page' : undefined}
      onClick={onChosen}
    >
      <InboxSquare colour={colour} />
      <span className="grow cut">{name}</span>
      <Count count={unread} />
    </Link>
  );
}

/** "Repairs, 14 unread" */
function nameOf(label: string, count: string, of: string): string {
  return count === '0' ? label : `${label}, ${count} ${of}`;
}

function Count({ count }: { count: string }) {
  return count === '0' ? null : <span className="nav-count">{count}</span>;
}
