import { LatchboxError } from '@latchbox/client';
import { type FormEvent, lazy, Suspense, useEffect, useState } from 'react';
import { Link } from '../app/link.tsx';
import { errorWords } from '../lib/error-words.ts';
import { formText } from '../lib/form-text.ts';
import { callApi } from '../lib/http.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import type { FactorStep } from './access.ts';
import { Door } from './door.tsx';
import type { Session, SignedOutBecause } from './session.ts';
import { waitWords } from './wait-words.ts';

const FactorPage = lazy(async () => ({ default: (await import('./factor-page.tsx')).FactorPage }));

interface SignInPageProps {
  session: Session;
  because: SignedOutBecause;
}

export function SignInPage({ session, because }: SignInPageProps) {
  const [step, setStep] = useState<FactorStep | null>(null);
  if (step === null) return <PasswordPage session={session} because={because} onStep={setStep} />;
  return (
    <Suspense>
      <FactorPage session={session} step={step} onOver={() => setStep(null)} />
    </Suspense>
  );
}

function PasswordPage(props: SignInPageProps & { onStep: (step: FactorStep | null) => void }) {
  const { session, because, onStep } = props;
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const isNew = useIsNew();

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    session
      .signIn(formText(data, 'email').trim(), formText(data, 'password'))
      .then(onStep, setError)
      .finally(() => setBusy(false));
  };

  return (
    <Door foot="Invited by a colleague? The link in their invitation brings you in.">
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
        <Link className="link door-aside" href="/forgot">
          Forgot your password?
        </Link>
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
