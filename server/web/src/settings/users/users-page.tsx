import './users.css';
import type { User } from '@latchbox/client/admin';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Link } from '../../app/link.tsx';
import { useMe } from '../../app/client.ts';
import { navigate } from '../../app/router.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { InvitePage } from './invite-page.tsx';
import { STATE_WORDS, stateOf } from './state-words.ts';
import { UserPage } from './user-page.tsx';

/** Everybody with an account (T14): who they are, what they may, and where their account stands. */
export function UsersPage({ rest: [what] }: SettingsPageProps) {
  if (what === 'invite') return <InvitePage />;
  return what === undefined ? <AllUsers /> : <UserPage key={what} id={what} />;
}

type Which = 'here' | 'all' | User['state'];

function AllUsers() {
  const { users } = useAdmin();
  const { asked, again } = useAsked('users', (signal) => users.list({ signal }));
  const invite = (
    <Button look="primary" onClick={() => navigate(settingsPath('users', 'invite'))}>
      <Icon of={UserPlus} size={16} />
      Invite somebody
    </Button>
  );
  return (
    <Page
      title="Users"
      lede="Everybody with an account: what they may do, and whether they can sign in."
      action={invite}
    >
      <Loaded asked={asked} what="The users" onRetry={again}>
        {(all) => <UserList all={all} />}
      </Loaded>
    </Page>
  );
}

function UserList({ all }: { all: readonly User[] }) {
  const [text, setText] = useState('');
  const [which, setWhich] = useState<Which>('here');
  const sought = text.trim().toLocaleLowerCase();
  const shown = all.filter(
    ({ name, email, state }) =>
      (which === 'all' || (which === 'here' ? state !== 'deactivated' : state === which)) &&
      (name.toLocaleLowerCase().includes(sought) || email.includes(sought)),
  );
  return (
    <>
      <div className="settings-fields users-filter">
        <TextField
          label="Search"
          type="search"
          placeholder="Name or address"
          value={text}
          onChange={({ target: { value } }) => setText(value)}
        />
        <SelectField
          label="Show"
          value={which}
          onChange={({ target: { value } }) => setWhich(value as Which)}
        >
          <option value="here">Who works here</option>
          <option value="all">Everybody</option>
          <option value="invited">Invited</option>
          <option value="locked">Locked</option>
          <option value="deactivated">Deactivated</option>
        </SelectField>
      </div>
      {shown.length === 0 ? (
        <Blank picture="letter" title="Nobody is like that">
          <p>Change what you look for.</p>
        </Blank>
      ) : (
        <ul className="settings-list" aria-label="Users">
          {shown.map((user) => (
            <UserRow key={user.id} user={user} />
          ))}
        </ul>
      )}
    </>
  );
}

function UserRow({ user }: { user: User }) {
  const { id, name, email, role, state, verified, factor } = user;
  const me = useMe();
  const marks = [
    ...(state === 'active' ? [] : [STATE_WORDS[stateOf(user, Date.now())]]),
    ...(role === 'admin' ? ['Admin'] : []),
    ...(factor.on ? ['Second factor'] : []),
    ...(verified === null && state !== 'invited' ? ['Address not verified'] : []),
  ];
  return (
    <li className="user-row">
      <Avatar who={{ id, name }} as={state === 'active' ? 'colleague' : 'away'} />
      <div className="grow cut">
        <Link className="user-name" href={settingsPath('users', id)}>
          {name}
        </Link>
        {id === me?.id ? <span className="hint"> You</span> : null}
        <small>{email}</small>
      </div>
      <span className="user-marks">
        {marks.map((mark) => (
          <span key={mark} className={`user-mark user-${state}`}>
            {mark}
          </span>
        ))}
      </span>
    </li>
  );
}
