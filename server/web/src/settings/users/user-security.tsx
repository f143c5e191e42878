import type { Invited, UserDetail } from '@latchbox/client/admin';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../app/client.ts';
import { formText } from '../../lib/form-text.ts';
import { fullTime } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { Part } from '../page.tsx';
import { SignInList } from '../security/sign-ins.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { LinkGiven } from './link-given.tsx';

interface UserSecurityProps {
  user: UserDetail;
  onChanged: () => void;
}

/** How somebody proves who they are: address, password, second factor, sign-ins. */
export function UserSecurity({ user, onChanged }: UserSecurityProps) {
  if (user.state === 'invited' || user.state === 'deactivated') return null;
  return (
    <>
      <Verification user={user} onChanged={onChanged} />
      <SignInWays user={user} onChanged={onChanged} />
      <Where user={user} onChanged={onChanged} />
    </>
  );
}

const VIA = { mail: 'By a mail to it', alias: 'By a mail to an alias', admin: 'On an admin’s word' } as const;

function Verification({ user, onChanged }: UserSecurityProps) {
  const { email, verified } = user;
  if (verified === null) return <Unverified user={user} onChanged={onChanged} />;
  return (
    <Part title="Address">
      <p>
        {email} is verified. <span className="hint">{`${VIA[verified.via]}, ${fullTime(verified.at)}.`}</span>
      </p>
    </Part>
  );
}

type Way = 'alias' | 'word';

function Unverified({ user: { id, email }, onChanged }: UserSecurityProps) {
  const { users } = useAdmin();
  const me = useMe();
  const { busy, saving, run, wrong, problem } = useSaving();
  const [way, setWay] = useState<Way | null>(null);
  const submit = (said: string): void => {
    if (way === 'word') void run(() => users.verify(id, said), onChanged);
    else
      void run(
        () => users.sendVerification(id, { via: said }),
        () => setWay(null),
      );
  };
  const trouble = problem('via', 'reason');
  return (
    <Part title="Address" hint={`Nobody has shown yet that mail to ${email} reaches them.`}>
      {way === null ? (
        <div className="user-buttons">
          <Button disabled={busy} onClick={() => void run(() => users.sendVerification(id))}>
            Mail them a link
          </Button>
          <Button look="quiet" onClick={() => setWay('alias')}>
            By an alias…
          </Button>
          {id === me?.id ? null : (
            <Button look="quiet" onClick={() => setWay('word')}>
              I vouch for it…
            </Button>
          )}
        </div>
      ) : (
        <WayForm way={way} busy={busy} wrong={wrong} onSubmit={submit} onCancel={() => setWay(null)} />
      )}
      {saving.state === 'saved' ? <Notice tone="good">A link is on its way.</Notice> : null}
      {trouble === undefined ? null : <Notice tone="stop">{trouble}</Notice>}
    </Part>
  );
}

/** What is asked for each way of showing that an address is somebody's. */
const WAYS = {
  alias: {
    label: 'Alias or forwarding address',
    name: 'via',
    type: 'email',
    hint: 'Mail to it reaches them.',
    does: 'Mail the link there',
  },
  word: {
    label: 'How do you know?',
    name: 'reason',
    type: 'text',
    hint: 'It is written into the audit with your name.',
    does: 'Verify it',
  },
} as const;

interface WayFormProps {
  way: Way;
  busy: boolean;
  wrong: (path: string) => string | undefined;
  onSubmit: (said: string) => void;
  onCancel: () => void;
}

function WayForm({ way, busy, wrong, onSubmit, onCancel }: WayFormProps) {
  const { does, name, ...field } = WAYS[way];
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit(formText(new FormData(event.currentTarget), name).trim());
  };
  return (
    <form className="factor-steps" onSubmit={submit} aria-label="Verify the address">
      <TextField {...field} name={name} error={wrong(name)} required autoFocus />
      <div className="user-buttons">
        <Button type="submit" look="primary" aria-disabled={busy}>
          {does}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function SignInWays({ user, onChanged }: UserSecurityProps) {
  const { users } = useAdmin();
  const me = useMe();
  const { busy, run, problem } = useSaving();
  const [sent, setSent] = useState<Pick<Invited, 'link'> | null>(null);
  const { id, state, factor } = user;
  const act = (work: () => Promise<unknown>): void => void run(work, onChanged);
  return (
    <Part title="Signing in">
      <ul className="settings-list">
        {state === 'active' ? (
          <li className="security-factor">
            <div className="grow">
              <b>Password</b>
              <small>A link by which they choose a new one; the present one works until then</small>
            </div>
            <Button disabled={busy} onClick={() => void run(() => users.resetPassword(id), setSent)}>
              Send a link
            </Button>
          </li>
        ) : null}
        <li className="security-factor">
          <div className="grow">
            <b>Second factor</b>
            <small>
              {factor.on ? 'On' : 'Off'}
              {factor.required ? ', and required' : ''}
            </small>
          </div>
          <Button disabled={busy} onClick={() => act(() => users.requireFactor(id, !factor.required))}>
            {factor.required ? 'Require it no more' : 'Require it'}
          </Button>
          {factor.on && id !== me?.id ? (
            <Button look="quiet" disabled={busy} onClick={() => act(() => users.resetFactor(id))}>
              Remove it
            </Button>
          ) : null}
        </li>
      </ul>
      {problem() === undefined ? null : <Notice tone="stop">{problem()}</Notice>}
      {sent === null ? null : <LinkGiven what="The link" to={user.email} link={sent.link} />}
    </Part>
  );
}

function Where({ user: { id, signIns: count }, onChanged }: UserSecurityProps) {
  const { users } = useAdmin();
  const { asked, again } = useAsked(`${id} ${count}`, (signal) => users.signIns(id, { signal }));
  const { busy, run, problem } = useSaving();
  return (
    <Loaded asked={asked} what="The sign-ins" onRetry={again}>
      {(all) => (
        <Part
          title="Where they are signed in"
          hint={
            all.length === 0 ? (
              'Nowhere.'
            ) : (
              <Button disabled={busy} onClick={() => void run(() => users.signOut(id), onChanged)}>
                Sign out everywhere
              </Button>
            )
          }
        >
          {all.length === 0 ? null : <SignInList signIns={all} />}
          {problem() === undefined ? null : <Notice tone="stop">{problem()}</Notice>}
        </Part>
      )}
    </Loaded>
  );
}
