import { type FormEvent, useEffect, useRef, useState } from 'react';
import { formText } from '../lib/form-text.ts';
import { clockTime, fullTime } from '../lib/time-words.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { Carrier, CarrierCalls, CarrierText, Line } from './carrier-api.ts';

interface PhoneProps {
  /** Null: a new one. */
  line: Line | null;
  carrier: Carrier;
  calls: CarrierCalls;
  act: (work: () => Promise<void>) => Promise<boolean>;
  onBegun: (line: Line) => void;
}

/** One phone: what it texted, what came to it, and a field to text on. */
export function Phone({ line, carrier, calls, act, onBegun }: PhoneProps) {
  const texts = carrier.texts.filter((one) => one.phone === line?.phone && one.number === line.number);
  const end = useRef<HTMLDivElement>(null);
  const count = texts.length;
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [count]);

  const settle = (sid: string, outcome: 'delivered' | 'undelivered') =>
    void act(() => calls.settle(sid, outcome));
  return (
    <>
      <header className="customer-head">
        <h1 className="cut">{line === null ? 'A new phone' : line.phone}</h1>
        <p className="hint">{line === null ? 'Text one of the numbers' : `With ${line.number}`}</p>
      </header>
      <div className="customer-scroll" ref={end}>
        <div className="customer-stream" role="log" aria-label="Texts">
          {texts.map((text) => (
            <Text key={text.sid} text={text} onSettle={settle} />
          ))}
        </div>
      </div>
      <Writing line={line} carrier={carrier} calls={calls} act={act} onBegun={onBegun} />
    </>
  );
}

const AUTHORS = { customer: 'This phone', team: 'Your team', network: 'The carrier' } as const;

function Text({
  text,
  onSettle,
}: {
  text: CarrierText;
  onSettle: (sid: string, outcome: 'delivered' | 'undelivered') => void;
}) {
  const { sid, from, body, media, status, errorCode, at } = text;
  const other = status === 'delivered' ? 'undelivered' : 'delivered';
  return (
    <article
      className={`customer-message ${from === 'customer' ? 'customer-self' : 'customer-team'}`}
      aria-label={`Text from ${AUTHORS[from]}`}
    >
      <div className="customer-bubble">
        <header>
          <b>{AUTHORS[from]}</b>
          <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
            {clockTime(at)}
          </time>
        </header>
        <p>{body}</p>
        {media.map(({ url }, nth) => (
          <p key={url}>{from === 'customer' ? 'with a picture' : <a href={url}>File {nth + 1}</a>}</p>
        ))}
        {from !== 'team' ? null : (
          <p className="carrier-status">
            {errorCode === null ? status : `${status} (${errorCode})`}{' '}
            <Button size="small" look="quiet" onClick={() => onSettle(sid, other)}>
              Make it {other}
            </Button>
          </p>
        )}
      </div>
    </article>
  );
}

function Writing({ line, carrier, calls, act, onBegun }: PhoneProps) {
  const [body, setBody] = useState('');
  const [busy, setBusy] = useState(false);

  const send = async (from: string, to: string, picture: boolean): Promise<void> => {
    if (busy || from === '' || to === '') return;
    setBusy(true);
    if (await act(() => calls.text({ from, to, body: body.trim(), picture }))) {
      setBody('');
      if (line === null) onBegun({ phone: from, number: to });
    }
    setBusy(false);
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const from = line?.phone ?? formText(data, 'from').replaceAll(/[\s().-]/g, '');
    void send(from, line?.number ?? formText(data, 'to'), data.get('picture') !== null);
  };

  return (
    <div className="customer-answer">
      <form onSubmit={submit}>
        {line !== null ? null : (
          <div className="customer-pair">
            <TextField
              label="Number of the phone"
              name="from"
              type="tel"
              required
              hint="With its country code, as in +44 7700 900123"
              pattern="\+[\d\s\(\)\.\-]{7,20}"
            />
            <SelectField label="Texts to" name="to" required>
              {carrier.numbers.map(({ e164, shown }) => (
                <option key={e164} value={e164}>
                  {shown}
                </option>
              ))}
            </SelectField>
          </div>
        )}
        <TextArea label="Text" rows={3} value={body} onChange={(event) => setBody(event.target.value)} />
        <div className="customer-send carrier-send">
          <label>
            <input type="checkbox" name="picture" /> With a picture
          </label>
          <Button type="submit" look="primary" aria-disabled={busy}>
            {busy ? 'Sending…' : 'Send'}
          </Button>
        </div>
      </form>
    </div>
  );
}
