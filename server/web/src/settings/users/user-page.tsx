import './users.css';
import '../../factor/factor.css';
import type { UserDetail } from '@latchbox/client/admin';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../app/client.ts';
import { Link } from '../../app/link.tsx';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { InboxSquare } from '../../ui/inbox-square.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot, Page, Part } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { SeatOf } from '../seats/seat-of.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { DeactivateForm } from './deactivate-form.tsx';
import { StatePart } from './state-part.tsx';
import { UserSecurity } from './user-security.tsx';

/** One user: who, what they may, how they prove who they are, and how they leave. */
export function UserPage({ id }: { id: string }) {
  const { users } = useAdmin();
  const { asked, again } = useAsked(id, (signal) => users.get(id, { signal }));
  const [leaving, setLeaving] = useState(false);
  const name = asked.state === 'ready' ? asked.value.name : 'User';
  if (leaving && asked.state === 'ready') {
    const over = (): void => {
      setLeaving(false);
      again();
    };
    return <DeactivateForm user={asked.value} onOver={over} />;
  }
  return (
    <Page
      title={name}
      lede={
        <Link className="link" href={settingsPath('users')}>
          All users
        </Link>
      }
    >
      <Loaded asked={asked} what="This user" onRetry={again}>
        {(user) => (
          <>
            <StatePart user={user} onChanged={again} onDeactivate={() => setLeaving(true)} />
            <Who key={user.email + user.role + user.name} user={user} onChanged={again} />
            <UserSecurity user={user} onChanged={again} />
            <Inboxes user={user} />
            <SeatOf person={user} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Who({ user, onChanged }: { user: UserDetail; onChanged: () => void }) {
  const { users } = useAdmin();
  const me = useMe();
  const { busy, saved, run, wrong, problem, touched } = useSaving();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const change = {
      name: formText(data, 'name').trim(),
      email: formText(data, 'email').trim(),
      role: formText(data, 'role') === 'admin' ? ('admin' as const) : ('agent' as const),
    };
    void run(() => users.change(user.id, change), onChanged);
  };
  return (
    <Part title="Who">
      <form onSubmit={submit} onChange={touched} aria-label="Who">
        <div className="settings-fields">
          <TextField label="Name" name="name" defaultValue={user.name} error={wrong('name')} required />
          <TextField
            label="Email"
            name="email"
            type="email"
            defaultValue={user.email}
            hint="Another address has to be verified again."
            error={wrong('email')}
            required
          />
          <SelectField
            label="Role"
            name="role"
            defaultValue={user.role}
            hint={user.id === me?.id ? 'This is you: as an agent you could not come back here.' : undefined}
          >
            <option value="agent">Agent</option>
            <option value="admin">Admin</option>
          </SelectField>
        </div>
        <Foot saved={saved} problem={problem('name', 'email', 'role')}>
          <Button type="submit" aria-disabled={busy}>
            Save
          </Button>
        </Foot>
      </form>
    </Part>
  );
}

const MAY = { read: 'Reads', reply: 'Answers', manage: 'Answers and manages' } as const;

function Inboxes({ user: { inboxes } }: { user: UserDetail }) {
  return (
    <Part title="Inboxes">
      {inboxes.length === 0 ? (
        <p className="hint">None yet.</p>
      ) : (
        <ul className="settings-list" aria-label="Inboxes">
          {inboxes.map(({ id, name, colour, capability }) => (
            <li key={id}>
              <InboxSquare colour={colour} />
              <span className="grow cut">{name}</span>
              <span className="hint">{MAY[capability]}</span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}
