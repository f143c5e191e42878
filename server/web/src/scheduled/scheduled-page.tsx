import '../app/app.css';
import '../filters/filters.css';
import '../list/list.css';
import './scheduled.css';
import { Menu } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { Failure, useFailure } from '../app/failure.tsx';
import { Link } from '../app/link.tsx';
import { placePath } from '../app/place.ts';
import { InboxFilter } from '../filters/inbox-filter.tsx';
import { Nav } from '../nav/nav.tsx';
import { Blank } from '../ui/blank.tsx';
import { IconButton } from '../ui/button.tsx';
import { ScheduledItem } from './scheduled-item.tsx';
import { useScheduled } from './use-scheduled.ts';

/** My replies that wait for their time or were stopped, of all conversations. */
export function ScheduledPage() {
  const [menu, setMenu] = useState(false);
  const { onFailed, words } = useFailure();
  const [inboxIds, setInboxIds] = useState<readonly string[]>();
  const { scheduled: all, again } = useScheduled(null, 0);
  const scheduled =
    all?.filter(({ inboxId }) => inboxIds === undefined || inboxIds.includes(inboxId)) ?? null;
  useEffect(() => {
    document.title = 'Sent later — Latchbox';
  }, []);
  return (
    <div className="app scheduled-page" data-open="true" data-menu={menu} data-details="false">
      <Nav view={null} scheduled onClose={() => setMenu(false)} onChosen={() => setMenu(false)} />
      <main className="scheduled-main">
        <header className="list-head">
          <IconButton icon={Menu} label="Menu" className="only-narrow" onClick={() => setMenu(true)} />
          <h1>Sent later</h1>
        </header>
        <div className="filters" role="group" aria-label="Filter">
          <InboxFilter value={inboxIds} onChange={setInboxIds} />
        </div>
        {scheduled === null ? null : scheduled.length === 0 ? (
          <Blank picture="letter" title="Nothing waits for its time">
            <p>
              {inboxIds === undefined
                ? 'Choose a time in the menu beside Send.'
                : 'Nothing in these inboxes.'}
            </p>
          </Blank>
        ) : (
          <ul className="scheduled-all" aria-label="Sent later">
            {scheduled.map((one) => (
              <ScheduledItem
                key={one.id}
                one={one}
                link={<OpenIt conversationId={one.conversationId} />}
                onFailed={onFailed}
                onChanged={again}
              />
            ))}
          </ul>
        )}
      </main>
      <Failure words={words} />
    </div>
  );
}

function OpenIt({ conversationId }: { conversationId: string }) {
  const [first] = useClient().inboxes.getSnapshot();
  const view = first === undefined ? null : ({ name: 'all' } as const);
  return (
    <Link className="button button-quiet button-small" href={placePath({ view, conversationId })}>
      Open it
    </Link>
  );
}
