import { LatchboxError } from '@latchbox/client';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Link } from '../app/link.tsx';
import { errorWords } from '../lib/error-words.ts';
import { formText } from '../lib/form-text.ts';
import { callApi } from '../lib/http.ts';
import { Door } from '../session/door.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { allShown, type FieldPath, issuesOf } from './issues.ts';

type Stage = 'asking' | 'open' | 'done-before' | 'done-now';

/** The first set-up: works once, with the key that the start of the server printed. */
export function SetUpPage() {
  const [stage, setStage] = useState<Stage>('asking');
  useEffect(() => {
    document.title = 'Set up — Latchbox';
    const abort = new AbortController();
    callApi<{ needed: boolean }>('GET', '/api/set-up', { signal: abort.signal }).then(
      ({ needed }) => setStage(needed ? 'open' : 'done-before'),
      () => {
        // The form may be filled in anyway; sending it says what is wrong.
        if (!abort.signal.aborted) setStage('open');
      },
    );
    return () => abort.abort();
  }, []);
  if (stage === 'asking') return <Door>{null}</Door>;
  if (stage === 'open') return <SetUpForm onDone={() => setStage('done-now')} />;
  return (
    <Door>
      <div className="door-form">
        <h1>{stage === 'done-now' ? 'All set' : 'Already set up'}</h1>
        <p className="door-lede">
          {stage === 'done-now'
            ? 'Your organisation and your account are there.'
            : 'This server has its organisation. There is nothing left to do here.'}
        </p>
        <Link className="button button-primary button-large" href="/">
          Sign in
        </Link>
        {stage === 'done-now' ? (
          <Link className="button button-quiet button-large" href="/customer">
            Write a first message as a customer
          </Link>
        ) : null}
      </div>
    </Door>
  );
}

function useSetUp(onDone: () => void) {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    callApi('POST', '/api/set-up', { body: bodyOf(new FormData(event.currentTarget)) })
      .then(onDone, setError)
      .finally(() => setBusy(false));
  };
  return { error, busy, submit };
}

function SetUpForm({ onDone }: { onDone: () => void }) {
  const { error, busy, submit } = useSetUp(onDone);
  const form = useRef<HTMLFormElement>(null);
  const issues = issuesOf(error);

  // The first field with something wrong gets the focus, once, when the answer is there.
  useEffect(() => {
    form.current?.querySelector<HTMLInputElement>('[aria-invalid="true"]')?.focus();
  }, [error]);

  const field = (path: FieldPath) => ({ name: path, error: issues[path], required: true });

  return (
    <Door>
      <form className="door-form" ref={form} onSubmit={submit} aria-label="Set up Latchbox">
        <h1>Set up Latchbox</h1>
        <p className="door-lede">Filled in once. The key was printed where the server was started.</p>
        {error === undefined || allShown(error) ? null : <Refused error={error} />}
        <TextField label="One-time key" autoComplete="off" spellCheck={false} autoFocus {...field('key')} />
        <TextField
          label="Organisation"
          autoComplete="organization"
          hint="What your customers know you by."
          {...field('organisation')}
        />
        <Part title="You, the first admin">
          <TextField label="Your name" autoComplete="name" {...field('admin.name')} />
          <TextField label="Email" type="email" autoComplete="username" {...field('admin.email')} />
          <TextField
            label="Password"
            type="password"
            autoComplete="new-password"
            {...field('admin.password')}
          />
        </Part>
        <Part title="The first inbox">
          <TextField
            label="Name of the inbox (optional)"
            hint="Customers’ messages arrive here: Support, Orders, Hello. It can be set up afterwards, too, with a number for texts."
            {...field('inbox.name')}
            required={false}
          />
        </Part>
        <Button type="submit" look="primary" size="large" aria-disabled={busy}>
          {busy ? 'Setting up…' : 'Set up'}
        </Button>
      </form>
    </Door>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

function Refused({ error }: { error: unknown }) {
  if (LatchboxError.is(error, 'forbidden')) {
    return (
      <Notice tone="stop">
        <b>This key does not open.</b> It is mistyped, used, or an older one. The newest stands where the
        server was started.
      </Notice>
    );
  }
  return <Notice tone="stop">{errorWords(error)}</Notice>;
}

function bodyOf(data: FormData) {
  const text = (path: FieldPath): string => formText(data, path).trim();
  const inbox = text('inbox.name');
  return {
    key: text('key'),
    organisation: text('organisation'),
    // A password is taken as it is: its spaces may be meant.
    admin: {
      name: text('admin.name'),
      email: text('admin.email'),
      password: formText(data, 'admin.password'),
    },
    ...(inbox === '' ? {} : { inbox: { name: inbox } }),
  };
}
