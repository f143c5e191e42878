import './numbers.css';
import type { InboxRecord, PhoneNumber } from '@latchbox/client/admin';
import { Ellipsis, Plus, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../../app/client.ts';
import { Blank } from '../../ui/blank.tsx';
import { BareIconButton, Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Loaded } from '../loaded.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Page, Part } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { NumberSearchForm } from './number-search.tsx';
import { ReleaseDialog } from './release-dialog.tsx';

/** Phone numbers of an inbox: one is the primary one (W1, M2). */
export function NumbersPage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Numbers"
      lede="Phone numbers that an inbox texts from. New conversations leave from the primary one."
    >
      <ManagedInbox page="numbers" rest={rest}>
        {(inbox) => <OfInbox inbox={inbox} />}
      </ManagedInbox>
    </Page>
  );
}

function OfInbox({ inbox }: { inbox: InboxRecord }) {
  const { numbers } = useAdmin();
  const isAdmin = useMe()?.role === 'admin';
  const { asked, again } = useAsked(inbox.id, (signal) => numbers.list(inbox.id, { signal }));
  const [searching, setSearching] = useState(false);
  if (searching) {
    const done = (): void => {
      setSearching(false);
      again();
    };
    return <NumberSearchForm inbox={inbox} onDone={done} onCancel={() => setSearching(false)} />;
  }
  const add = isAdmin ? (
    <Button look="primary" onClick={() => setSearching(true)}>
      <Icon of={Plus} size={16} />
      Choose a number
    </Button>
  ) : null;
  return (
    <Loaded asked={asked} what="The numbers" onRetry={again}>
      {(all) =>
        all.length === 0 ? (
          <Blank picture="letter" title={`${inbox.name} has no number`}>
            <p>{isAdmin ? 'The first one is its primary one.' : 'An admin can choose one.'}</p>
            {add}
          </Blank>
        ) : (
          <Part title="Numbers of this inbox" hint={add}>
            <ul className="settings-list">
              {all.map((number) => (
                <NumberRow key={number.id} number={number} mayRelease={isAdmin} onChanged={again} />
              ))}
            </ul>
          </Part>
        )
      }
    </Loaded>
  );
}

const REGISTRATION = {
  not_needed: '',
  unassigned: 'Cannot send yet: its team is not registered with the carriers',
  pending: 'Cannot send yet: it is being registered',
  ready: '',
} as const;

function NumberRow(props: { number: PhoneNumber; mayRelease: boolean; onChanged: () => void }) {
  const { number, mayRelease, onChanged } = props;
  const { numbers } = useAdmin();
  const onFailed = useTellFailure();
  const [asking, setAsking] = useState(false);
  const { id, inboxId, shown, primary, registration } = number;
  const act = (work: Promise<unknown>): void => void work.then(onChanged, onFailed);
  const can = [number.sms ? 'Texts' : '', number.mms ? 'pictures' : '', number.voice ? 'calls' : '']
    .filter((word) => word !== '')
    .join(', ');
  return (
    <li>
      <div className="grow">
        <b className="num">{shown}</b>
        {primary ? <span className="number-primary">Primary</span> : null}
        <small>{REGISTRATION[registration] === '' ? can : REGISTRATION[registration]}</small>
      </div>
      {primary && !mayRelease ? null : (
        <Menu
          tip="What can be done"
          trigger={<BareIconButton icon={Ellipsis} label={`What can be done with ${shown}`} />}
        >
          {primary ? null : (
            <MenuItem icon={Star} onClick={() => act(numbers.change(inboxId, id, { primary: true }))}>
              Make it the primary one
            </MenuItem>
          )}
          {mayRelease ? (
            <MenuItem icon={Trash2} onClick={() => setAsking(true)}>
              Release…
            </MenuItem>
          ) : null}
        </Menu>
      )}
      {asking ? (
        <ReleaseDialog
          shown={shown}
          onClose={() => setAsking(false)}
          onRelease={() => {
            setAsking(false);
            act(numbers.release(inboxId, id));
          }}
        />
      ) : null}
    </li>
  );
}
