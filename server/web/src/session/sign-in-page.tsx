import { LatchboxError } from '@latchbox/client';
import { type FormEvent, useEffect, useState } from 'react';
import { Link } from '../app/link.tsx';
import { errorWords } from '../lib/error-words.ts';
import { formText } from '../lib/form-text.ts';
import { callApi } from '../lib/http.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Door } from './door.tsx';
import type { SignedOutBecause } from './session.ts';

interface SignInPageProps {
  /** Signs in, or throws a `LatchboxError`. */
  onSignIn: (email: string, password: string) => Promise<void>;
  because: SignedOutBecause;
}

export function SignInPage({ onSignIn, because }: SignInPageProps) {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const isNew = useIsNew();

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    onSignIn(formText(data, 'email').trim(), formText(data, 'password'))
      .catch(setError)
      .finally(() => setBusy(false));
  };

  return (
    <Door foot="Invited by a colleague? Sign in with the address they entered for you.">
      <form className="door-form" onSubmit={submit} aria-label="Sign in">
        <h1>Good to see you</h1>
        <p className="door-lede">Sign in to your team’s inbox.</p>
        {isNew ? (
          <Notice tone="plain">
            This server is new and has nobody in it.{' '}
            <Link className="link" href="/set-up">
              Set it up
            </Link>
          </Notice>
        ) : null}
        {error === undefined ? <Because of={because} /> : <Refused error={error} />}
        <TextField label="Email" name="email" type="email" autoComplete="username" required autoFocus />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Button type="submit" look="primary" size="large" aria-disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </Door>
  );
}

function Because({ of }: { of: SignedOutBecause }) {
  if (of === 'ended') return <Notice tone="plain">You were signed out. What you wrote is kept.</Notice>;
  if (of === 'unreachable')
    return (
      <Notice tone="stop">
        <b>The server cannot be reached.</b> Try again in a moment.
      </Notice>
    );
  if (of === 'not-told') {
    return (
      <Notice tone="stop">
        <b>The server was not reached.</b> This browser is still signed in: load the page again and sign out.
      </Notice>
    );
  }
  return null;
}

function Refused({ error }: { error: unknown }) {
  if (LatchboxError.is(error, 'unauthenticated')) {
    return (
      <Notice tone="stop">
        <b>That did not match.</b> Check the address and the password.
      </Notice>
    );
  }
  if (LatchboxError.is(error, 'rate_limited')) {
    return (
      <Notice tone="stop">
        <b>Too many tries.</b> Wait {waitWords(error.details.retryAfterMs)}, then try again.
      </Notice>
    );
  }
  return <Notice tone="stop">{errorWords(error)}</Notice>;
}

function waitWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Whether the server waits for its set-up; false while that is not known. */
function useIsNew(): boolean {
  const [isNew, setIsNew] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    callApi<{ needed: boolean }>('GET', '/api/set-up', { signal: abort.signal }).then(
      ({ needed }) => setIsNew(needed),
      // Not known: signing in says what is wrong.
      () => {},
    );
    return () => abort.abort();
  }, []);
  return isNew;
}
