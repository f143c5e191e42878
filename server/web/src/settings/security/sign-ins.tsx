import type { SignInRecord } from '@latchbox/client/admin';
import { useNow } from '../../app/use-now.ts';
import { deviceWords } from '../../lib/device-words.ts';
import { agoWords, fullTime } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../loaded.tsx';
import { Part } from '../page.tsx';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';

/** Where I am signed in, each to be ended. */
export function SignIns() {
  const { security } = useAdmin();
  const { asked, again } = useAsked('sign-ins', (signal) => security.signIns({ signal }));
  const onFailed = useTellFailure();
  const act = (work: Promise<unknown>): void => void work.then(again, onFailed);
  return (
    <Loaded asked={asked} what="Your sign-ins" onRetry={again}>
      {(all) => (
        <Part
          title="Where you are signed in"
          hint={
            all.some(({ current }) => !current) ? (
              <Button onClick={() => act(security.endOtherSignIns())}>Sign out everywhere else</Button>
            ) : null
          }
        >
          <SignInList signIns={all} onEnd={(id) => act(security.endSignIn(id))} />
        </Part>
      )}
    </Loaded>
  );
}

/** Sign-ins, the one used last first. */
export function SignInList(props: { signIns: readonly SignInRecord[]; onEnd?: (id: string) => void }) {
  const { signIns, onEnd } = props;
  const now = useNow(30_000);
  return (
    <ul className="settings-list" aria-label="Sign-ins">
      {signIns.map(({ id, userAgent, createdAt, usedAt, current }) => (
        <li key={id}>
          <div className="grow">
            <b>{deviceWords(userAgent)}</b>
            {current ? <span className="hint"> This one</span> : null}
            <small title={fullTime(createdAt)}>
              {`Signed in ${agoWords(createdAt, now)}, last seen ${agoWords(usedAt, now)}`}
            </small>
          </div>
          {current || onEnd === undefined ? null : (
            <Button
              look="quiet"
              onClick={() => onEnd(id)}
              aria-label={`Sign out ${deviceWords(userAgent)}, signed in ${agoWords(createdAt, now)}`}
            >
              Sign out
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
