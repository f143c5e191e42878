import { Plus, X } from 'lucide-react';
import { Button, IconButton } from '../../ui/button.tsx';
import type { Span } from './types.ts';

interface SpansEditorProps {
  /** Of what day, for those who do not see where it stands: "Monday". */
  day: string;
  spans: readonly Span[];
  onChange: (spans: Span[]) => void;
}

/** The open times of one day. A clock on a page ends at 23:59: midnight as an end is `00:00` there. */
export function SpansEditor({ day, spans, onChange }: SpansEditorProps) {
  const put = (at: number, span: Span): void => onChange(spans.map((one, nth) => (nth === at ? span : one)));
  return (
    <div className="hours-spans">
      {spans.map((span, at) => (
        <span className="hours-span" key={at}>
          <input
            className="input"
            type="time"
            required
            aria-label={`${day}, open from (${at + 1})`}
            value={span.from}
            onChange={({ target }) => put(at, { ...span, from: target.value })}
          />
          –
          <input
            className="input"
            type="time"
            required
            aria-label={`${day}, open until (${at + 1})`}
            value={span.to === '24:00' ? '00:00' : span.to}
            onChange={({ target: { value } }) =>
              put(at, { ...span, to: value === '00:00' ? '24:00' : value })
            }
          />
          <IconButton
            icon={X}
            label={`Remove ${span.from}–${span.to} on ${day}`}
            onClick={() => onChange(spans.filter((_, nth) => nth !== at))}
          />
        </span>
      ))}
      {spans.length === 0 ? <span className="hint">Closed</span> : null}
      <Button
        look="quiet"
        size="small"
        aria-label={`Add open times on ${day}`}
        onClick={() => onChange([...spans, next(spans)])}
      >
        <Plus size={14} aria-hidden />
        Add
      </Button>
    </div>
  );
}

/** What follows the day's last span, if the day is long enough. */
function next(spans: readonly Span[]): Span {
  const last = spans.at(-1);
  if (last === undefined) return { from: '09:00', to: '17:00' };
  const hour = Math.min(22, Number(last.to.slice(0, 2)) + 1);
  const two = (value: number): string => String(value).padStart(2, '0');
  return { from: `${two(hour)}:00`, to: hour === 22 ? '24:00' : `${two(Math.min(23, hour + 3))}:00` };
}
