import './mailboxes.css';
import type { InboxRecord, Mailbox } from '@latchbox/client/admin';
import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from '../../app/link.tsx';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../loaded.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Page, Part } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { EditMailbox } from './edit-mailbox.tsx';
import { MailboxForm } from './mailbox-form.tsx';
import { MailboxRow } from './mailbox-row.tsx';

/** Mail accounts of an inbox (W1, H4). */
export function MailboxesPage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Mailboxes"
      lede="Mail accounts that an inbox receives by and answers from. Nothing in them is changed: no flags, no moves."
    >
      <ManagedInbox page="mailboxes" rest={rest}>
        {(inbox) => <OfInbox inbox={inbox} />}
      </ManagedInbox>
    </Page>
  );
}

/** How often (ms) states are looked at again while one of them is on its way. */
const AGAIN = 2_000;

function OfInbox({ inbox }: { inbox: InboxRecord }) {
  const { mailboxes } = useAdmin();
  const { asked, again } = useAsked(inbox.id, (signal) => mailboxes.list(inbox.id, { signal }));
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<Mailbox | null>(null);
  const moves = asked.state === 'ready' && asked.value.some(({ state }) => state.status === 'connecting');
  useEffect(() => {
    if (!moves) return undefined;
    const timer = setInterval(again, AGAIN);
    return () => clearInterval(timer);
  }, [moves, again]);
  const toMine = (id: string) => ({
    words: 'Make it my own',
    run: () => mailboxes.switch(id, { to: 'personal' }),
  });
  if (adding) {
    const done = (): void => {
      setAdding(false);
      again();
    };
    return <MailboxForm inboxId={inbox.id} onDone={done} onCancel={() => setAdding(false)} />;
  }
  if (editing !== null) {
    const done = (): void => {
      setEditing(null);
      again();
    };
    return <EditMailbox mailbox={editing} onDone={done} onCancel={() => setEditing(null)} />;
  }
  const add = <Add inbox={inbox} onAdd={() => setAdding(true)} />;
  return (
    <Loaded asked={asked} what="The mailboxes" onRetry={again}>
      {(all) =>
        all.length === 0 ? (
          <Blank picture="letter" title={`${inbox.name} has no mailbox`}>
            <p>Connect a mail account, and its mail comes in here.</p>
            {add}
          </Blank>
        ) : (
          <Part title="Connected to this inbox" hint={add}>
            <ul className="settings-list">
              {all.map((mailbox) => (
                <MailboxRow
                  key={mailbox.id}
                  mailbox={mailbox}
                  onEdit={() => setEditing(mailbox)}
                  {...(inbox.kind === 'shared' && { switching: toMine(mailbox.id) })}
                  onChanged={again}
                />
              ))}
            </ul>
          </Part>
        )
      }
    </Loaded>
  );
}

/** Mailboxes of a personal inbox are requested first. */
function Add({ inbox, onAdd }: { inbox: InboxRecord; onAdd: () => void }) {
  if (inbox.kind === 'personal') {
    return (
      <Link className="link" href={settingsPath('my-mailboxes')}>
        Request a mailbox
      </Link>
    );
  }
  return (
    <Button look="primary" onClick={onAdd}>
      <Icon of={Plus} size={16} />
      Connect a mailbox
    </Button>
  );
}
