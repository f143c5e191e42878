import '../../factor/factor.css';
import './security.css';
import type { AccountSecurity, FactorSetUp as Begun } from '@latchbox/client/admin';
import { type FormEvent, useState } from 'react';
import { FactorSetUp, RecoveryCodes } from '../../factor/factor-set-up.tsx';
import { formText } from '../../lib/form-text.ts';
import { fullTime } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot, Page, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { SignIns } from './sign-ins.tsx';

/** How my own account is secured (T14). */
export function SecurityPage() {
  const { security } = useAdmin();
  const { asked, again } = useAsked('security', (signal) => security.get({ signal }));
  return (
    <Page title="Security" lede="Your password, a second factor beside it, and where you are signed in.">
      <Loaded asked={asked} what="These settings" onRetry={again}>
        {(mine) => (
          <>
            <Address mine={mine} />
            {mine.hasPassword ? (
              <>
                <Password />
                <Factor mine={mine} onChanged={again} />
              </>
            ) : (
              <Notice tone="plain">You come in by another application, which knows your password.</Notice>
            )}
            <SignIns />
          </>
        )}
      </Loaded>
    </Page>
  );
}

const VIA = {
  mail: 'by a mail to it',
  alias: 'by a mail to an alias of it',
  admin: 'by an admin',
} as const;

function Address({ mine: { email, verified } }: { mine: AccountSecurity }) {
  const { security } = useAdmin();
  const { saving, busy, run, problem } = useSaving();
  return (
    <Part title="Address">
      <ul className="settings-list">
        <li>
          <div className="grow">
            <b>{email}</b>
            <small>
              {verified === null
                ? 'Not verified yet: nobody knows that its mail reaches you'
                : `Verified ${VIA[verified.via]}, ${fullTime(verified.at)}`}
            </small>
          </div>
          {verified === null && saving.state !== 'saved' ? (
            <Button disabled={busy} onClick={() => void run(() => security.sendVerification())}>
              Send me a link
            </Button>
          ) : null}
        </li>
      </ul>
      {saving.state === 'saved' ? (
        <Notice tone="good">A link is on its way to {email}. It works once, for a day.</Notice>
      ) : null}
      {problem() === undefined ? null : <Notice tone="stop">{problem()}</Notice>}
    </Part>
  );
}

function Password() {
  const { security } = useAdmin();
  const { busy, saved, run, wrong, problem, touched } = useSaving();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    void run(
      () => security.changePassword(formText(data, 'current'), formText(data, 'password')),
      () => form.reset(),
    );
  };
  return (
    <Part title="Password" hint="Changing it ends your sign-ins everywhere else.">
      <form onSubmit={submit} onChange={touched} aria-label="Change the password">
        <div className="settings-fields">
          <TextField
            label="Present password"
            name="current"
            type="password"
            autoComplete="current-password"
            error={wrong('current')}
            required
          />
          <TextField
            label="New password"
            name="password"
            type="password"
            autoComplete="new-password"
            hint="At least 10 characters."
            error={wrong('password')}
            required
          />
        </div>
        <Foot saved={saved} problem={problem('current', 'password')}>
          <Button type="submit" aria-disabled={busy}>
            Change the password
          </Button>
        </Foot>
      </form>
    </Part>
  );
}

/** What is asked before anything of the factor changes: whoever sits down at an open page does not know it. */
type Stage =
  | { readonly name: 'still' }
  | { readonly name: 'password'; readonly then: 'begin' | 'remove' | 'codes' }
  | { readonly name: 'code'; readonly begun: Begun }
  | { readonly name: 'codes'; readonly codes: readonly string[] };

const STILL: Stage = { name: 'still' };

function Factor({ mine: { factor }, onChanged }: { mine: AccountSecurity; onChanged: () => void }) {
  const [stage, setStage] = useState<Stage>(STILL);
  const done = (): void => {
    setStage(STILL);
    onChanged();
  };
  return (
    <Part
      title="Second factor"
      hint="A code of an authenticator app, asked for at every sign-in. A stolen password is not enough then."
    >
      {stage.name === 'still' ? <FactorState factor={factor} onStage={setStage} /> : null}
      {stage.name === 'password' ? <PasswordForm then={stage.then} onStage={setStage} onDone={done} /> : null}
      {stage.name === 'code' ? <CodeForm begun={stage.begun} onStage={setStage} /> : null}
      {stage.name === 'codes' ? (
        <div className="factor-steps">
          <p>
            Keep these codes somewhere safe. Each lets you in once when your authenticator is lost, and they
            are shown this one time.
          </p>
          <RecoveryCodes codes={stage.codes} />
          <div>
            <Button look="primary" onClick={done}>
              I have kept them
            </Button>
          </div>
        </div>
      ) : null}
    </Part>
  );
}

function FactorState(props: { factor: AccountSecurity['factor']; onStage: (stage: Stage) => void }) {
  const { factor, onStage } = props;
  const ask = (then: 'begin' | 'remove' | 'codes') => onStage({ name: 'password', then });
  const { on, since, required, recoveryCodesLeft: left } = factor;
  return (
    <ul className="settings-list">
      <li className="security-factor">
        <div className="grow">
          <b>{on ? 'On' : 'Off'}</b>
          <small>
            {on && since !== null
              ? `Since ${fullTime(since)}. ${left === 1 ? 'One recovery code is' : `${left} recovery codes are`} left`
              : required
                ? 'An admin asks for it: you set it up at your next sign-in, or now'
                : 'Your password alone lets you in'}
          </small>
        </div>
        {on ? (
          <>
            <Button onClick={() => ask('codes')}>New recovery codes</Button>
            {required ? null : (
              <Button look="quiet" onClick={() => ask('remove')}>
                Switch off
              </Button>
            )}
          </>
        ) : (
          <Button look="primary" onClick={() => ask('begin')}>
            Set up
          </Button>
        )}
      </li>
    </ul>
  );
}

const WHAT = {
  begin: 'Go on',
  remove: 'Switch the second factor off',
  codes: 'Make new codes',
} as const;

interface PasswordFormProps {
  then: 'begin' | 'remove' | 'codes';
  onStage: (stage: Stage) => void;
  onDone: () => void;
}

function PasswordForm({ then, onStage, onDone }: PasswordFormProps) {
  const { security } = useAdmin();
  const { busy, run, wrong, problem } = useSaving();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const password = formText(new FormData(event.currentTarget), 'password');
    void run(async () => {
      if (then === 'begin') onStage({ name: 'code', begun: await security.beginFactor(password) });
      else if (then === 'codes')
        onStage({ name: 'codes', codes: await security.renewRecoveryCodes(password) });
      else {
        await security.removeFactor(password);
        onDone();
      }
    });
  };
  return (
    <form className="factor-steps" onSubmit={submit} aria-label="Is it you?">
      <TextField
        label="Your password"
        name="password"
        type="password"
        autoComplete="current-password"
        hint="So that nobody does this at your open page."
        error={wrong('password')}
        required
        autoFocus
      />
      {problem('password') === undefined ? null : <Notice tone="stop">{problem('password')}</Notice>}
      <div className="factor-buttons">
        <Button type="submit" look="primary" aria-disabled={busy}>
          {WHAT[then]}
        </Button>
        <Button look="quiet" onClick={() => onStage(STILL)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function CodeForm({ begun, onStage }: { begun: Begun; onStage: (stage: Stage) => void }) {
  const { security } = useAdmin();
  const { busy, run, wrong, problem } = useSaving();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const code = formText(new FormData(event.currentTarget), 'code');
    void run(async () => onStage({ name: 'codes', codes: await security.confirmFactor(code) }));
  };
  return (
    <form className="factor-steps" onSubmit={submit} aria-label="Set up a second factor">
      <FactorSetUp {...begun} error={wrong('code')} autoFocus />
      {problem('code') === undefined ? null : <Notice tone="stop">{problem('code')}</Notice>}
      <div className="factor-buttons">
        <Button type="submit" look="primary" aria-disabled={busy}>
          Switch it on
        </Button>
        <Button look="quiet" onClick={() => onStage(STILL)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
