import '../app/app.css';
import '../list/list.css';
import './notifications.css';
import type { NotificationRecord } from '@latchbox/client/admin';
import { CheckCheck, Menu, Settings2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Failure, useFailure } from '../app/failure.tsx';
import { Link } from '../app/link.tsx';
import { useNow } from '../app/use-now.ts';
import { fullTime, shortTime } from '../lib/time-words.ts';
import { Nav } from '../nav/nav.tsx';
import { settingsPath } from '../settings/place.ts';
import { Blank, Failed } from '../ui/blank.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useNotifications } from './use-notifications.ts';
import { toldOf } from './words.ts';

/** What I was told besides what is in my inboxes, the newest first. */
export function NotificationsPage() {
  const [menu, setMenu] = useState(false);
  const { onFailed, words } = useFailure();
  const { known, error, more, read, again } = useNotifications(onFailed);
  useEffect(() => {
    document.title = 'Notifications — Latchbox';
  }, []);
  const unread = known?.some(({ readAt }) => readAt === null) === true;
  return (
    <div className="app notifications-page" data-open="true" data-menu={menu} data-details="false">
      <Nav view={null} notifications onClose={() => setMenu(false)} onChosen={() => setMenu(false)} />
      <main className="notifications-main">
        <header className="list-head">
          <IconButton icon={Menu} label="Menu" className="only-narrow" onClick={() => setMenu(true)} />
          <h1>Notifications</h1>
          {unread ? (
            <Button look="quiet" onClick={() => read()}>
              <Icon of={CheckCheck} size={16} />
              Mark all as read
            </Button>
          ) : null}
          <Link
            className="icon-button"
            href={settingsPath('notifications')}
            aria-label="Set what I am told"
            data-tip="Set what I am told"
          >
            <Icon of={Settings2} />
          </Link>
        </header>
        {error !== null ? (
          <Failed title="The notifications did not load" error={error} onRetry={again} />
        ) : null}
        {known === null ? null : known.length === 0 ? (
          <Blank picture="letter" title="Nothing to tell">
            <p>What colleagues hand to you and what the carriers decide is told here, for 90 days.</p>
          </Blank>
        ) : (
          <ul className="notifications" aria-label="Notifications">
            {known.map((one) => (
              <Item key={one.id} one={one} onRead={() => read([one.id])} />
            ))}
          </ul>
        )}
        {more === null ? null : (
          <Button className="notifications-more" onClick={more}>
            Show older ones
          </Button>
        )}
      </main>
      <Failure words={words} />
    </div>
  );
}

function Item({ one, onRead }: { one: NotificationRecord; onRead: () => void }) {
  const { words, more, href } = toldOf(one.notification);
  const isNew = one.readAt === null;
  const now = useNow();
  const open = (): void => {
    if (isNew) onRead();
  };
  return (
    <li data-unread={isNew}>
      <span className="notification-dot" aria-hidden="true" />
      <div className="grow">
        {isNew ? <span className="said">Unread: </span> : null}
        {href === undefined ? (
          <b>{words}</b>
        ) : (
          <Link href={href} onClick={open}>
            <b>{words}</b>
          </Link>
        )}
        {more === undefined ? null : <p>{more}</p>}
        <small title={fullTime(one.at)}>{shortTime(one.at, now)}</small>
      </div>
      {isNew ? (
        <Button look="quiet" size="small" aria-label={`Mark as read: ${words}`} onClick={onRead}>
          Mark as read
        </Button>
      ) : null}
    </li>
  );
}
