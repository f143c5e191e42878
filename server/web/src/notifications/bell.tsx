import './bell.css';
import { Bell as BellIcon } from 'lucide-react';
import { Link } from '../app/link.tsx';
import { Icon } from '../ui/icon.tsx';
import { Tip } from '../ui/tip.tsx';
import { useUnread } from './use-unread.ts';

/** Where what I was told is looked at. */
export const NOTIFICATIONS = '/notifications';

/** How much I was told and have not read. */
export function Bell({ current, onChosen }: { current: boolean; onChosen: () => void }) {
  const unread = useUnread() ?? 0;
  const name = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`;
  return (
    <Tip words={name}>
      <Link
        className="icon-button bell"
        href={NOTIFICATIONS}
        aria-label={name}
        aria-current={current ? 'page' : undefined}
        onClick={onChosen}
      >
        <Icon of={BellIcon} />
        {unread === 0 ? null : (
          <span className="bell-count" aria-hidden="true">
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </Link>
    </Tip>
  );
}
