import type { InboxRecord, Invited, NewUser } from '@latchbox/client/admin';
import { type FormEvent, useState } from 'react';
import { Link } from '../../app/link.tsx';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { InboxSquare } from '../../ui/inbox-square.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot, Page, Part } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { LinkGiven } from './link-given.tsx';

/** Inviting somebody by an address (T14, H3). */
export function InvitePage() {
  const { inboxes } = useAdmin();
  const { asked, again } = useAsked('all inboxes', (signal) => inboxes.list('all', { signal }));
  const [invited, setInvited] = useState<Invited | null>(null);
  return (
    <Page
      title="Invite somebody"
      lede="They get a link, choose a name and a password, and find the inboxes that you give them."
    >
      {invited === null ? (
        <Loaded asked={asked} what="The inboxes" onRetry={again}>
          {(all) => <InviteForm inboxes={all} onInvited={setInvited} />}
        </Loaded>
      ) : (
        <div className="factor-steps">
          <LinkGiven
            what="The invitation"
            to={invited.user.invitation?.sentTo ?? invited.user.email}
            link={invited.link}
          />
          <div className="user-buttons">
            <Button look="primary" onClick={() => setInvited(null)}>
              Invite another one
            </Button>
            <Link className="button" href={settingsPath('users')}>
              Back to the users
            </Link>
          </div>
        </div>
      )}
    </Page>
  );
}

const FIELDS = ['email', 'name', 'role', 'sendTo'] as const;

function bodyOf(data: FormData, inboxes: readonly InboxRecord[]): NewUser {
  const given = (field: string): string | undefined => formText(data, field).trim() || undefined;
  const chosen = inboxes.filter(({ id }) => data.has(`inbox ${id}`));
  const [name, sendTo] = [given('name'), given('sendTo')];
  return {
    email: given('email') ?? '',
    role: formText(data, 'role') === 'admin' ? 'admin' : 'agent',
    inboxes: chosen.map(({ id }) => ({ inbox: id, capability: 'reply' as const })),
    byHand: data.has('byHand'),
    ...(name === undefined ? {} : { name }),
    ...(sendTo === undefined ? {} : { sendTo }),
  };
}

function InviteForm(props: { inboxes: readonly InboxRecord[]; onInvited: (invited: Invited) => void }) {
  const { inboxes, onInvited } = props;
  const { users } = useAdmin();
  const { busy, saved, run, wrong, problem, touched } = useSaving();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const body = bodyOf(new FormData(event.currentTarget), inboxes);
    void run(() => users.invite(body), onInvited);
  };
  return (
    <form onSubmit={submit} onChange={touched} aria-label="Invite somebody">
      <Who wrong={wrong} />
      {inboxes.length === 0 ? null : <Where inboxes={inboxes} />}
      <How wrong={wrong} />
      <Foot saved={saved} problem={problem(...FIELDS)}>
        <Link className="button button-quiet" href={settingsPath('users')}>
          Cancel
        </Link>
        <Button type="submit" look="primary" aria-disabled={busy}>
          {busy ? 'Inviting…' : 'Invite'}
        </Button>
      </Foot>
    </form>
  );
}

interface FieldsProps {
  wrong: (path: string) => string | undefined;
}

function Who({ wrong }: FieldsProps) {
  return (
    <Part title="Who">
      <div className="settings-fields">
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="off"
          error={wrong('email')}
          required
          autoFocus
        />
        <TextField
          label="Name"
          name="name"
          autoComplete="off"
          hint="They can change it."
          error={wrong('name')}
        />
        <SelectField label="Role" name="role" hint="Admins set up everything, for everybody.">
          <option value="agent">Agent</option>
          <option value="admin">Admin</option>
        </SelectField>
      </div>
    </Part>
  );
}

function Where({ inboxes }: { inboxes: readonly InboxRecord[] }) {
  return (
    <Part title="Where they work">
      <fieldset className="user-checks" aria-label="Inboxes">
        {inboxes.map(({ id, name, colour }) => (
          <label key={id}>
            <input type="checkbox" name={`inbox ${id}`} />
            <InboxSquare colour={colour} />
            {name}
          </label>
        ))}
      </fieldset>
    </Part>
  );
}

function How({ wrong }: FieldsProps) {
  const [aliased, setAliased] = useState(false);
  return (
    <Part title="How the link gets there">
      <fieldset className="user-checks" aria-label="How the link gets there">
        <label>
          <input type="checkbox" checked={aliased} onChange={() => setAliased(!aliased)} />
          Their address has no mailbox: mail it to an alias or a forwarding address
        </label>
        {aliased ? (
          <div className="settings-fields">
            <TextField
              label="Mail it to"
              name="sendTo"
              type="email"
              hint="Mail to this address reaches them. It counts as verified through it."
              error={wrong('sendTo')}
              required
            />
          </div>
        ) : null}
        <label>
          <input type="checkbox" name="byHand" />
          Do not mail it: show me the link, I give it to them
        </label>
      </fieldset>
    </Part>
  );
}
