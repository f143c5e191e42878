import type { HoursPreview } from '@latchbox/client/admin';
import { useEffect, useEffectEvent, useState } from 'react';
import { Part } from '../page.tsx';

/** Ms without a key before the server is asked. */
const AFTER = 400;

interface AsItWouldBeProps {
  /** The settings as they stand here, as a text that changes with them. */
  draft: string;
  timeZone: string | undefined;
  ask: (signal: AbortSignal) => Promise<HoursPreview>;
}

/** When it would answer in the week to come, by what stands here and is not saved yet. */
export function AsItWouldBe({ draft, timeZone, ask }: AsItWouldBeProps) {
  const [preview, setPreview] = useState<HoursPreview | null>(null);
  const run = useEffectEvent(ask);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      // What cannot be saved cannot be previewed either: saving says why.
      run(abort.signal).then(setPreview, () => undefined);
    }, AFTER);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [draft]);
  if (preview === null) return null;
  const words = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const { answers, sample } = preview;
  return (
    <Part title="In the next seven days" hint="As it stands here, saved or not.">
      {answers.length === 0 ? <p className="hint">Nothing is answered automatically.</p> : null}
      <ul className="hours-answers">
        {answers.map(({ from, to }) => (
          <li key={from}>{words.formatRange(from, to)}</li>
        ))}
      </ul>
      {sample === null ? null : (
        <figure className="hours-sample">
          <figcaption className="hint">What somebody gets who writes then</figcaption>
          <b>{sample.subject}</b>
          <p>{sample.body}</p>
        </figure>
      )}
    </Part>
  );
}
