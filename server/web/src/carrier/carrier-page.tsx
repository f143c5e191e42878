import '../customer/customer.css';
import './carrier.css';
import { LatchboxError } from '@latchbox/client';
import { useEffect, useMemo, useState } from 'react';
import { errorWords } from '../lib/error-words.ts';
import type { Access } from '../session/access.ts';
import { Button } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';
import { Notice } from '../ui/notice.tsx';
import { type Carrier, type CarrierCalls, carrierCalls, type Line } from './carrier-api.ts';
import { Calls } from './calls-view.tsx';
import { Network } from './network.tsx';
import { Phone } from './phone.tsx';
import { useCarrier } from './use-carrier.ts';

/** The other side of texting: customers' phones, what went out to them, and what the carriers decide. For admins. */
export function CarrierPage({ access }: { access: Access }) {
  const calls = useMemo(() => carrierCalls(access), [access]);
  const { carrier, error, act } = useCarrier(calls);
  useEffect(() => {
    document.title = 'Carrier — Latchbox';
  }, []);

  if (carrier === null) {
    return (
      <main className="customer-page">
        <h1>The simulated carrier</h1>
        {error === undefined ? null : <Notice tone="stop">{closedWords(error)}</Notice>}
      </main>
    );
  }
  return <Open carrier={carrier} error={error} calls={calls} act={act} />;
}

function closedWords(error: unknown): string {
  if (LatchboxError.is(error, 'unauthenticated', 'forbidden'))
    return 'Sign in as an admin in this browser first, then load this page again.';
  if (LatchboxError.is(error, 'not_found'))
    return 'A real provider of texts is connected, or texts are switched off: there is nothing to simulate.';
  return errorWords(error);
}

interface OpenProps {
  carrier: Carrier;
  error: unknown;
  calls: CarrierCalls;
  act: (work: () => Promise<void>) => Promise<boolean>;
}

/** `null`: a new phone; `network`: what carriers decide; `calls`: phones that ring. */
type Chosen = Line | 'network' | 'calls' | null;

function Open({ carrier, error, calls, act }: OpenProps) {
  const lines = linesOf(carrier);
  const [chosen, setChosen] = useState<Chosen>();
  const shown = chosen === undefined ? (lines[0] ?? null) : chosen;
  const isShown = (line: Line): boolean =>
    shown !== null && typeof shown !== 'string' && shown.phone === line.phone && shown.number === line.number;

  return (
    <div className="customer">
      <nav className="customer-side" aria-label="Phones">
        <div className="customer-brand">
          <Logo size={24} />
          <span>Customers’ phones</span>
        </div>
        <p className="hint">
          This page stands for the phones of people outside your team, and for their carriers.
        </p>
        <Button onClick={() => setChosen(null)}>New phone</Button>
        <Button onClick={() => setChosen('calls')}>Calls</Button>
        <Button onClick={() => setChosen('network')}>What carriers do</Button>
        <ul className="customer-threads">
          {lines.map((line) => (
            <li key={`${line.phone} ${line.number}`}>
              <button type="button" aria-current={isShown(line)} onClick={() => setChosen(line)}>
                <b className="cut">{line.phone}</b>
                <small className="cut">with {line.number}</small>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <main className="customer-main">
        {error === undefined ? null : <Notice tone="stop">{errorWords(error)}</Notice>}
        {shown === 'calls' ? (
          <Calls carrier={carrier} calls={calls} act={act} />
        ) : shown === 'network' ? (
          <Network carrier={carrier} calls={calls} act={act} />
        ) : (
          <Phone
            key={shown === null ? 'new' : `${shown.phone} ${shown.number}`}
            line={shown}
            carrier={carrier}
            calls={calls}
            act={act}
            onBegun={setChosen}
          />
        )}
      </main>
    </div>
  );
}

/** Phones that have texts, the newest first. */
function linesOf({ texts }: Carrier): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const { phone, number } of texts.toReversed())
    if (!lines.has(`${phone} ${number}`)) lines.set(`${phone} ${number}`, { phone, number });
  return [...lines.values()];
}
