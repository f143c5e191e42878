import { ChevronDown, Inbox } from 'lucide-react';
import { useClient, useMe } from '../../app/client.ts';
import { navigate } from '../../app/router.ts';
import { firstName } from '../../lib/people.ts';
import { useReadable } from '../../lib/use-readable.ts';
import { Icon } from '../../ui/icon.tsx';
import { InboxSquare } from '../../ui/inbox-square.tsx';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { SignatureForm } from './signature-form.tsx';

/** For all inboxes: no inbox has this id. */
const EVERYWHERE = 'all';

/** One's own signature, for all inboxes and for one (T13). */
export function MySignaturePage({ rest }: SettingsPageProps) {
  const admin = useAdmin();
  const me = useMe();
  const inboxes = useReadable(useClient().inboxes);
  const inbox = inboxes.find(({ id }) => id === rest[0]);
  const { asked, again, put } = useAsked(inbox?.id ?? EVERYWHERE, (signal) =>
    admin.signatures.mine(inbox?.id, { signal }),
  );
  return (
    <Page
      title="Signature"
      lede="Stands below your replies when they leave. Your team reads them without it."
    >
      <Scope inboxes={inboxes} value={inbox?.id ?? EVERYWHERE} />
      <Loaded asked={asked} what="Your signature" onRetry={again}>
        {(signature) => (
          <SignatureForm
            key={inbox?.id ?? EVERYWHERE}
            signature={signature}
            without={
              inbox === undefined
                ? 'You have none: the inbox’s own counts.'
                : 'None for this inbox: yours for all inboxes counts.'
            }
            writer={firstName(me?.name ?? '')}
            onSave={(body) => admin.signatures.setMine({ body, html: null }, inbox?.id)}
            onRemove={() => admin.signatures.removeMine(inbox?.id)}
            onChanged={put}
          />
        )}
      </Loaded>
    </Page>
  );
}

interface ScopeProps {
  inboxes: readonly { readonly id: string; readonly name: string; readonly colour: string }[];
  value: string;
}

function Scope({ inboxes, value }: ScopeProps) {
  const inbox = inboxes.find(({ id }) => id === value);
  const words = inbox?.name ?? 'All inboxes';
  const trigger = (
    <button type="button" className="button settings-choice" aria-label={`For: ${words}`}>
      {inbox === undefined ? <Icon of={Inbox} size={16} /> : <InboxSquare colour={inbox.colour} />}
      <span className="cut">{words}</span>
      <Icon of={ChevronDown} size={16} />
    </button>
  );
  return (
    <div className="settings-choose">
      <Menu tip="For which inboxes" align="start" atChosen trigger={trigger}>
        <MenuChoice
          label="For"
          value={value}
          choices={[
            { value: EVERYWHERE, words: 'All inboxes', picture: <Icon of={Inbox} size={16} /> },
            ...inboxes.map(({ id, name, colour }) => ({
              value: id,
              words: name,
              picture: <InboxSquare colour={colour} />,
            })),
          ]}
          onChange={(id) =>
            navigate(settingsPath('signature', ...(id === EVERYWHERE ? [] : [id])), 'replace')
          }
        />
      </Menu>
    </div>
  );
}
