import { LatchboxError } from '@latchbox/client';
import { type FormEvent, useEffect, useEffectEvent, useState } from 'react';
import { CodeField, FactorSetUp, RecoveryCodes } from '../factor/factor-set-up.tsx';
import { errorWords, sentence } from '../lib/error-words.ts';
import { formText } from '../lib/form-text.ts';
import { callApi } from '../lib/http.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import type { FactorStep } from './access.ts';
import { Door } from './door.tsx';
import type { Session } from './session.ts';
import { waitWords } from './wait-words.ts';

interface FactorPageProps {
  session: Session;
  step: FactorStep;
  /** Begins again with the password. */
  onOver: () => void;
}

/** The second half of a sign-in: a code, or setting up where it comes from. */
export function FactorPage(props: FactorPageProps) {
  return props.step.needs === 'code' ? <CodePage {...props} /> : <SetUpPage {...props} />;
}

/** One try after the other, each with what was wrong with it. */
function useTries(onOver: () => void) {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const run = (work: () => Promise<unknown>): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    work()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  const over = LatchboxError.is(error, 'unauthenticated');
  const issue = LatchboxError.is(error, 'invalid') ? error.details.issues[0] : undefined;
  const wrong = issue === undefined ? undefined : sentence(issue.message);
  const notice =
    error === undefined || issue !== undefined ? null : over ? (
      <Notice tone="stop">
        <b>This took too long.</b>{' '}
        <button type="button" className="link" onClick={onOver}>
          Begin again with your password
        </button>
      </Notice>
    ) : (
      <Notice tone="stop">
        {LatchboxError.is(error, 'rate_limited')
          ? `Too many tries. Wait ${waitWords(error.details.retryAfterMs)}, then try again.`
          : errorWords(error)}
      </Notice>
    );
  return { busy, wrong, notice, run };
}

function CodePage({ session, step: { step }, onOver }: FactorPageProps) {
  const [recovery, setRecovery] = useState(false);
  const { busy, wrong, notice, run } = useTries(onOver);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const code = formText(new FormData(event.currentTarget), 'code');
    run(() => session.enterCode(step, code));
  };
  return (
    <Door>
      <form className="door-form" onSubmit={submit} aria-label="Second factor">
        <h1>One more step</h1>
        <p className="door-lede">
          {recovery
            ? 'Type one of the recovery codes that you kept. Each works once.'
            : 'Type the six digits that your authenticator app shows.'}
        </p>
        {notice}
        <CodeField
          key={String(recovery)}
          label={recovery ? 'Recovery code' : 'Code'}
          error={wrong}
          recovery={recovery}
          autoFocus
        />
        <Button type="submit" look="primary" size="large" aria-disabled={busy}>
          {busy ? 'Looking…' : 'Sign in'}
        </Button>
        <button type="button" className="link door-aside" onClick={() => setRecovery(!recovery)}>
          {recovery ? 'Use the authenticator app' : 'Use a recovery code'}
        </button>
        <button type="button" className="link door-aside" onClick={onOver}>
          Sign in as somebody else
        </button>
      </form>
    </Door>
  );
}

interface Begun {
  readonly secret: string;
  readonly uri: string;
}

function SetUpPage({ session, step: { step }, onOver }: FactorPageProps) {
  const [begun, setBegun] = useState<Begun | null>(null);
  const [done, setDone] = useState<{ codes: readonly string[]; goOn: () => void } | null>(null);
  const { busy, wrong, notice, run } = useTries(onOver);
  const over = useEffectEvent(onOver);
  useEffect(() => {
    const abort = new AbortController();
    callApi<Begun>('POST', '/api/sign-in/factor/begin', { body: { step }, signal: abort.signal }).then(
      setBegun,
      () => {
        if (!abort.signal.aborted) over();
      },
    );
    return () => abort.abort();
  }, [step]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const code = formText(new FormData(event.currentTarget), 'code');
    run(async () => {
      const { recoveryCodes, goOn } = await session.confirmFactor(step, code);
      setDone({ codes: recoveryCodes, goOn });
    });
  };
  if (done !== null) return <KeepCodes {...done} />;
  return (
    <Door>
      <form className="door-form" onSubmit={submit} aria-label="Set up a second factor">
        <h1>Set up a second factor</h1>
        <p className="door-lede">An admin asks for it: your password alone is not enough here.</p>
        {notice}
        {begun === null ? null : (
          <>
            <FactorSetUp {...begun} error={wrong} autoFocus />
            <Button type="submit" look="primary" size="large" aria-disabled={busy}>
              {busy ? 'Looking…' : 'Go on'}
            </Button>
          </>
        )}
      </form>
    </Door>
  );
}

function KeepCodes({ codes, goOn }: { codes: readonly string[]; goOn: () => void }) {
  return (
    <Door>
      <div className="door-form">
        <h1>Keep these codes</h1>
        <p className="door-lede">
          Each lets you in once when your authenticator is lost. They are shown this one time.
        </p>
        <RecoveryCodes codes={codes} />
        <Button look="primary" size="large" onClick={goOn}>
          I have kept them
        </Button>
      </div>
    </Door>
  );
}
