import { type FormEvent, useState } from 'react';
import { formText } from '../lib/form-text.ts';
import { clockTime, fullTime } from '../lib/time-words.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import type { Carrier, CarrierCalls, CarrierLeg, PhoneAct } from './carrier-api.ts';

interface CallsProps {
  carrier: Carrier;
  calls: CarrierCalls;
  act: (work: () => Promise<void>) => Promise<boolean>;
}

/** Every phone that called, rings or rang: pick them up, let them ring, speak after the tone. */
export function Calls({ carrier, calls, act }: CallsProps) {
  const { phones, numbers } = carrier;
  const begin = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const from = formText(data, 'from').replaceAll(/[\s().-]/g, '');
    void act(() => calls.ring(from, formText(data, 'to')));
  };
  const whole = Map.groupBy(phones.toReversed(), ({ call }) => call);
  return (
    <div className="customer-page">
      <h1>Calls</h1>
      <form className="carrier-ring" onSubmit={begin}>
        <TextField
          label="A customer calls from"
          name="from"
          type="tel"
          required
          defaultValue="+447700900774"
          pattern="\+[\d\s\(\)\.\-]{7,20}|anonymous"
        />
        <SelectField label="Number" name="to" required>
          {numbers.map(({ e164, shown }) => (
            <option key={e164} value={e164}>
              {shown}
            </option>
          ))}
        </SelectField>
        <Button type="submit" look="primary">
          Ring it
        </Button>
      </form>
      {phones.length === 0 ? <p>Nobody has called yet.</p> : null}
      {[...whole].map(([sid, legs]) => (
        <section key={sid} className="carrier-call" aria-label="Call">
          {legs.toReversed().map((leg) => (
            <Leg key={leg.sid} leg={leg} onAct={(what) => void act(() => calls.phone(leg.sid, what))} />
          ))}
        </section>
      ))}
    </div>
  );
}

const WORDS: Readonly<Record<CarrierLeg['status'], string>> = {
  queued: 'waits',
  ringing: 'rings',
  'in-progress': 'is on the line',
  completed: 'hung up',
  busy: 'was busy',
  'no-answer': 'was not answered',
  failed: 'could not be reached',
  canceled: 'rings no more',
};

function Leg({ leg, onAct }: { leg: CarrierLeg; onAct: (act: PhoneAct) => void }) {
  const { phone, direction, number, status, wants, heard, at } = leg;
  const called = direction === 'out';
  const rings = status === 'ringing' && !called;
  const open = rings || status === 'in-progress' || (called && status === 'ringing');
  return (
    <article aria-label={`Phone ${phone}`}>
      <header>
        <b>{phone}</b>
        <span>
          {called ? `calls ${number}` : `sees ${number}`}; {WORDS[status]}
        </span>
        <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
          {clockTime(at)}
        </time>
      </header>
      {heard.map((words, nth) => (
        <p key={`${nth} ${words}`} className="carrier-heard">
          “{words}”
        </p>
      ))}
      {open ? (
        <div className="carrier-verdict">
          {rings ? (
            <>
              <Button size="small" look="primary" onClick={() => onAct({ act: 'answer' })}>
                Pick up
              </Button>
              <Button size="small" onClick={() => onAct({ act: 'busy' })}>
                Busy
              </Button>
              <Button size="small" onClick={() => onAct({ act: 'ignore' })}>
                No answer
              </Button>
            </>
          ) : (
            <>
              {wants === 'key' ? (
                <Button size="small" look="primary" onClick={() => onAct({ act: 'press', key: '1' })}>
                  Press 1
                </Button>
              ) : null}
              <Button size="small" onClick={() => onAct({ act: 'hang_up' })}>
                Hang up
              </Button>
            </>
          )}
        </div>
      ) : null}
      {wants === 'message' ? <Message onAct={onAct} /> : null}
    </article>
  );
}

function Message({ onAct }: { onAct: (act: PhoneAct) => void }) {
  const [words, setWords] = useState('');
  return (
    <form
      className="carrier-ring"
      onSubmit={(event) => {
        event.preventDefault();
        onAct({ act: 'speak', seconds: 6, ...(words.trim() === '' ? {} : { words: words.trim() }) });
      }}
    >
      <TextField
        label="Say after the tone"
        name="words"
        value={words}
        maxLength={500}
        hint="Six seconds; the words come along where the inbox wants them written down"
        onChange={({ target }) => setWords(target.value)}
      />
      <Button type="submit" look="primary">
        Leave the message
      </Button>
    </form>
  );
}
