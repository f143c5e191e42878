import type { OutgoingMail, RelayCheck, RelayStep } from '@latchbox/client/admin';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useNow } from '../../app/use-now.ts';
import { agoWords } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { CheckStep } from '../mailboxes/check-step.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { RELAY_CURES } from './cures.ts';

type Relay = NonNullable<OutgoingMail['relay']>;

/** Where mail is handed over, what the last check found, step by step, and another one. */
export function RelayPart({ relay, last }: { relay: Relay; last: RelayCheck | null }) {
  const { outgoingMail } = useAdmin();
  const { busy, run, problem } = useSaving();
  const [mine, setMine] = useState<RelayCheck | null>(null);
  // What this page was answered may be older than what another server has found since.
  const check = mine !== null && mine.at >= (last?.at ?? 0) ? mine : last;
  const wrong = problem();
  return (
    <Part
      title="The relay"
      hint={
        <Button disabled={busy} onClick={() => void run(() => outgoingMail.check(), setMine)}>
          <Icon of={RefreshCw} size={16} />
          {busy ? 'Checking…' : 'Check again'}
        </Button>
      }
    >
      <p className="outgoing-relay">
        <b>
          {relay.host}:{relay.port}
        </b>{' '}
        <span className="hint">{relayWords(relay)}</span>
      </p>
      <div role="status" aria-label="Check of the relay">
        {check === null ? (
          <p className="hint">It was not checked yet.</p>
        ) : (
          <>
            <Verdict check={check} />
            <ol className="check-parts" aria-label="Steps of the check">
              {check.steps.map(({ step, result }) => (
                <CheckStep
                  key={step}
                  label={LABELS[step]}
                  result={result}
                  cures={RELAY_CURES}
                  words={wordsOf(step, check, relay)}
                />
              ))}
            </ol>
          </>
        )}
      </div>
      {wrong === undefined ? null : <Foot saved={false} problem={wrong} />}
    </Part>
  );
}

function Verdict({ check: { ok, at } }: { check: RelayCheck }) {
  const now = useNow(15_000);
  return (
    <p className="outgoing-verdict">
      <span className={`mailbox-dot ${ok ? '' : 'mailbox-failed'}`} aria-hidden="true" />
      {ok ? 'Mail can leave by it' : 'Mail cannot leave by it'}
      <span className="hint">checked {agoWords(at, Math.max(now, at))}</span>
    </p>
  );
}

const LABELS: { readonly [S in RelayStep]: string } = {
  host: 'Host',
  port: 'Port',
  tls: 'TLS',
  credentials: 'Sign-in',
  address: 'Addresses',
};

const POLICIES = {
  opportunistic: 'TLS where it is offered',
  required: 'nothing without TLS',
  verified: 'nothing without TLS by a good certificate',
};

const relayWords = ({ security, policy, signsIn }: Relay): string =>
  [
    security === 'tls' ? 'TLS from the first byte on' : 'STARTTLS',
    POLICIES[policy],
    signsIn ? 'with a sign-in' : 'without a sign-in',
  ].join(', ');

function wordsOf(step: RelayStep, { safety, senders }: RelayCheck, relay: Relay) {
  switch (step) {
    case 'host':
      return { ok: 'is there' };
    case 'port':
      return { ok: 'answers as a mail server' };
    case 'tls':
      return { ok: safety === null ? undefined : SAFETY[safety] };
    case 'credentials':
      return { ok: 'is accepted', ...(relay.signsIn ? {} : { skipped: 'is not wanted by SMTP_URL' }) };
    case 'address':
      return { ok: `${senders.join(', ')} may be written from` };
  }
}

const SAFETY = {
  verified: 'with a certificate that is good for this host',
  unverified: 'with a certificate that nobody vouches for, as SMTP_URL allows',
  none: 'is not used: the connection is in the open, as SMTP_URL allows',
};
