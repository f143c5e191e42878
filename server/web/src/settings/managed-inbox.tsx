import type { InboxRecord } from '@latchbox/client/admin';
import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMe } from '../app/client.ts';
import { navigate } from '../app/router.ts';
import { Blank } from '../ui/blank.tsx';
import { Icon } from '../ui/icon.tsx';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { Loaded } from './loaded.tsx';
import { settingsPath } from './place.ts';
import { useAdmin } from './use-admin.ts';
import { useAsked } from './use-asked.ts';

interface ManagedInboxProps {
  /** The page's name in the address, and what follows it there: the id of the inbox. */
  page: string;
  rest: readonly string[];
  /** `again`: what is known of the inboxes was changed. */
  children: (inbox: InboxRecord, again: () => void) => ReactNode;
}

/** The inboxes that I manage: all shared ones for admins, and my personal ones. */
export function useManaged() {
  const admin = useAdmin();
  const all = useMe()?.role === 'admin';
  return useAsked(`inboxes ${all}`, async (signal) => {
    const mine = await admin.inboxes.list('mine', { signal });
    const managed = mine.filter(({ capability }) => capability === 'manage');
    if (!all) return managed;
    const shared = await admin.inboxes.list('all', { signal });
    return [...shared, ...managed.filter(({ kind }) => kind === 'personal')];
  });
}

/** A page about one inbox: which one, and what is set of it. */
export function ManagedInbox({ page, rest, children }: ManagedInboxProps) {
  const { asked, again } = useManaged();
  return (
    <Loaded asked={asked} what="The inboxes" onRetry={again}>
      {(inboxes) => {
        const inbox = inboxes.find(({ id }) => id === rest[0]) ?? inboxes[0];
        if (inbox === undefined) {
          return (
            <Blank picture="letter" title="You manage no inbox">
              <p>An admin can let you.</p>
            </Blank>
          );
        }
        return (
          <>
            <InboxChoice page={page} inbox={inbox} inboxes={inboxes} />
            <div className="settings-inbox" key={inbox.id}>
              {children(inbox, again)}
            </div>
          </>
        );
      }}
    </Loaded>
  );
}

function InboxChoice(props: { page: string; inbox: InboxRecord; inboxes: readonly InboxRecord[] }) {
  const { page, inbox, inboxes } = props;
  const trigger = (
    <button type="button" className="button settings-choice" aria-label={`Inbox: ${inbox.name}`}>
      <InboxSquare colour={inbox.colour} />
      <span className="cut">{inbox.name}</span>
      <Icon of={ChevronDown} size={16} />
    </button>
  );
  return (
    <div className="settings-choose">
      <Menu tip="Which inbox" align="start" atChosen trigger={trigger}>
        <MenuChoice
          label="Inbox"
          value={inbox.id}
          choices={inboxes.map(({ id, name, colour }) => ({
            value: id,
            words: name,
            picture: <InboxSquare colour={colour} />,
          }))}
          onChange={(id) => navigate(settingsPath(page, id), 'replace')}
        />
      </Menu>
    </div>
  );
}
