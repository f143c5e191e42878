import { LatchboxError } from '@latchbox/client';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Link } from '../app/link.tsx';
import { errorWords, sentence } from '../lib/error-words.ts';
import { formText } from '../lib/form-text.ts';
import { callApi } from '../lib/http.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Door } from './door.tsx';
import { waitWords } from './wait-words.ts';

type LinkName = 'invitation' | 'forgot' | 'reset' | 'verify';

const TITLES: Record<LinkName, string> = {
  invitation: 'Invitation',
  forgot: 'Forgot your password?',
  reset: 'New password',
  verify: 'Verify your address',
};

/** The pages behind the links of mails about an account. What follows the `#` is the secret: no server sees it in an address. */
export function LinkPage({ of }: { of: LinkName }) {
  useEffect(() => {
    document.title = `${TITLES[of]} — Latchbox`;
  }, [of]);
  const token = location.hash.slice(1);
  switch (of) {
    case 'invitation':
      return <InvitationPage token={token} />;
    case 'forgot':
      return <ForgotPage />;
    case 'reset':
      return <ResetPage token={token} />;
    case 'verify':
      return <VerifyPage token={token} />;
  }
}

/** A form of the door: one act, what is wrong with which field, and whether the link is over. */
function useAct() {
  const [error, setError] = useState<unknown>();
  const [state, setState] = useState<'still' | 'busy' | 'done'>('still');
  const run = (work: () => Promise<unknown>): void => {
    if (state === 'busy') return;
    setState('busy');
    setError(undefined);
    work().then(
      () => setState('done'),
      (failure: unknown) => {
        setError(failure);
        setState('still');
      },
    );
  };
  const issues = LatchboxError.is(error, 'invalid') ? error.details.issues : [];
  const wrong = (path: string): string | undefined => {
    const issue = issues.find((one) => one.path === path);
    return issue === undefined ? undefined : sentence(issue.message);
  };
  const notice = error === undefined || issues.length > 0 ? null : <Refused error={error} />;
  return {
    busy: state === 'busy',
    done: state === 'done',
    over: LatchboxError.is(error, 'not_found'),
    wrong,
    notice,
    run,
  };
}

function Refused({ error }: { error: unknown }) {
  return (
    <Notice tone="stop">
      {LatchboxError.is(error, 'rate_limited')
        ? `Too many tries. Wait ${waitWords(error.details.retryAfterMs)}, then try again.`
        : errorWords(error)}
    </Notice>
  );
}

/** Nothing to fill in: what is true, and the way on. */
function Said({
  title,
  children,
  on = 'Sign in',
}: {
  title: string;
  children: ReactNode;
  on?: string | null;
}) {
  return (
    <Door>
      <div className="door-form" role="status">
        <h1>{title}</h1>
        <p className="door-lede">{children}</p>
        {on === null ? null : (
          <Link className="button button-primary button-large" href="/">
            {on}
          </Link>
        )}
      </div>
    </Door>
  );
}

interface Invitation {
  readonly organisation: string;
  readonly email: string;
  readonly name: string;
  readonly invitedBy: string | null;
}

function InvitationPage({ token }: { token: string }) {
  const [invitation, setInvitation] = useState<Invitation | 'asking' | { failed: unknown }>('asking');
  useEffect(() => {
    const abort = new AbortController();
    callApi<Invitation>('POST', '/api/invitation', { body: { token }, signal: abort.signal }).then(
      setInvitation,
      (failed: unknown) => {
        if (!abort.signal.aborted) setInvitation({ failed });
      },
    );
    return () => abort.abort();
  }, [token]);
  if (invitation === 'asking') return <Door>{null}</Door>;
  if (!('failed' in invitation)) return <AcceptForm token={token} invitation={invitation} />;
  const over = LatchboxError.is(invitation.failed, 'not_found', 'invalid');
  return (
    <Said title={over ? 'This invitation is over' : 'This did not load'}>
      {over
        ? 'It was used, withdrawn, or is too old. Whoever invited you can send another one.'
        : errorWords(invitation.failed)}
    </Said>
  );
}

function AcceptForm({ token, invitation }: { token: string; invitation: Invitation }) {
  const { organisation, email, invitedBy } = invitation;
  const { busy, over, wrong, notice, run } = useAct();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const name = formText(data, 'name').trim();
    const password = formText(data, 'password');
    run(async () => {
      await callApi('PUT', '/api/invitation', { body: { token, name, password } });
      // The cookie is all that counts; where more is asked for, the page in front of the inbox asks.
      await callApi('POST', '/api/sign-in', { body: { email, password } }).catch(() => {});
      location.replace('/');
    });
  };
  if (over)
    return (
      <Said title="This invitation is over">
        It was used or withdrawn meanwhile. If that was you, sign in.
      </Said>
    );
  return (
    <Door>
      <form className="door-form" onSubmit={submit} aria-label="Accept the invitation">
        <h1>Welcome to {organisation}</h1>
        <p className="door-lede">
          {invitedBy === null ? 'You are' : `${invitedBy} has`} invited{invitedBy === null ? '' : ' you'} to
          answer messages together. Your account is <b>{email}</b>.
        </p>
        {notice}
        {/* For password managers, which keep the password with it. */}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <TextField
          label="Your name"
          name="name"
          autoComplete="name"
          defaultValue={invitation.name}
          error={wrong('name')}
          hint="Colleagues and customers see it."
          required
          autoFocus
        />
        <NewPassword error={wrong('password')} />
        <Button type="submit" look="primary" size="large" aria-disabled={busy}>
          {busy ? 'Coming in…' : 'Accept and go in'}
        </Button>
      </form>
    </Door>
  );
}

function NewPassword({ error, autoFocus = false }: { error: string | undefined; autoFocus?: boolean }) {
  return (
    <TextField
      label="New password"
      name="password"
      type="password"
      autoComplete="new-password"
      hint="At least 10 characters."
      error={error}
      required
      autoFocus={autoFocus}
    />
  );
}

function ForgotPage() {
  const { busy, done, wrong, notice, run } = useAct();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const email = formText(new FormData(event.currentTarget), 'email').trim();
    run(() => callApi('POST', '/api/password-reset', { body: { email } }));
  };
  if (done)
    return (
      <Said title="Look into your mail" on="Back to sign in">
        If there is an account with this address, a link is on its way. It works once, for an hour. Nothing
        there? An admin can make you a link as well.
      </Said>
    );
  return (
    <Door>
      <form className="door-form" onSubmit={submit} aria-label="Forgot your password">
        <h1>Forgot your password?</h1>
        <p className="door-lede">Tell us your address, and a link to choose a new one comes by mail.</p>
        {notice}
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          error={wrong('email')}
          required
          autoFocus
        />
        <Button type="submit" look="primary" size="large" aria-disabled={busy}>
          {busy ? 'Asking…' : 'Send the link'}
        </Button>
        <Link className="link door-aside" href="/">
          Back to sign in
        </Link>
      </form>
    </Door>
  );
}

function ResetPage({ token }: { token: string }) {
  const { busy, done, over, wrong, notice, run } = useAct();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const password = formText(new FormData(event.currentTarget), 'password');
    run(() => callApi('PUT', '/api/password-reset', { body: { token, password } }));
  };
  if (done)
    return (
      <Said title="Your new password is set">Every other sign-in has ended. Sign in with the new one.</Said>
    );
  if (over || wrong('token') !== undefined)
    return (
      <Said title="This link is over" on={null}>
        It was used, or is too old.{' '}
        <Link className="link" href="/forgot">
          Ask for another one
        </Link>
      </Said>
    );
  return (
    <Door>
      <form className="door-form" onSubmit={submit} aria-label="Choose a new password">
        <h1>Choose a new password</h1>
        <p className="door-lede">It ends every sign-in of your account. A second factor stays as it is.</p>
        {notice}
        <NewPassword error={wrong('password')} autoFocus />
        <Button type="submit" look="primary" size="large" aria-disabled={busy}>
          {busy ? 'Setting it…' : 'Set the password'}
        </Button>
      </form>
    </Door>
  );
}

/** Not by itself: programs that look into mails open every link. */
function VerifyPage({ token }: { token: string }) {
  const { busy, done, over, wrong, notice, run } = useAct();
  if (done)
    return (
      <Said title="Your address is verified" on="Go to the inbox">
        Thank you. That was all.
      </Said>
    );
  if (over || wrong('token') !== undefined)
    return (
      <Said title="This link is over">
        It was used, or is too old. Ask for another one on the page Security.
      </Said>
    );
  return (
    <Door>
      <div className="door-form">
        <h1>Verify your address</h1>
        <p className="door-lede">
          You have read the mail that we sent. One press says that the address is yours.
        </p>
        {notice}
        <Button
          look="primary"
          size="large"
          aria-disabled={busy}
          onClick={() => run(() => callApi('PUT', '/api/verification', { body: { token } }))}
        >
          It is mine
        </Button>
      </div>
    </Door>
  );
}
