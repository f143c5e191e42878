import { Button } from '../../ui/button.tsx';
import { Part } from '../page.tsx';
import { SpansEditor } from './spans-editor.tsx';
import type { Holiday } from './types.ts';
import type { DaysProps } from './week-editor.tsx';

/** Days that are not as their weekday says. */
export function Holidays({ schedule, wrong, onChange }: DaysProps) {
  const { holidays } = schedule;
  const put = (next: Holiday[]): void => onChange({ ...schedule, holidays: next });
  const error = wrong('hours.holidays');
  return (
    <Part title="Holidays" hint="Days that are closed, or have hours of their own.">
      <ul className="settings-list hours-days">
        {holidays.map((holiday, at) => (
          <li key={at}>
            <Row
              holiday={holiday}
              called={`holiday ${at + 1}`}
              onChange={(changed) => put(holidays.map((one, nth) => (nth === at ? changed : one)))}
            />
            <Button look="quiet" size="small" onClick={() => put(holidays.filter((_, nth) => nth !== at))}>
              Remove
            </Button>
          </li>
        ))}
        <li>
          <Button
            look="quiet"
            onClick={() => put([...holidays, { date: '', yearly: false, name: '', spans: [] }])}
          >
            Add a holiday
          </Button>
          {error === undefined ? null : (
            <span className="field-error" role="alert">
              {error}
            </span>
          )}
        </li>
      </ul>
    </Part>
  );
}

interface RowProps {
  holiday: Holiday;
  /** For those who do not see where it stands. */
  called: string;
  onChange: (holiday: Holiday) => void;
}

function Row({ holiday, called, onChange }: RowProps) {
  const change = (what: Partial<Holiday>): void => onChange({ ...holiday, ...what });
  return (
    <>
      <span className="hours-span">
        <input
          className="input"
          type="date"
          required
          aria-label={`Day of ${called}`}
          value={holiday.date}
          onChange={({ target }) => change({ date: target.value })}
        />
        <input
          className="input"
          placeholder="Name"
          aria-label={`Name of ${called}`}
          maxLength={100}
          value={holiday.name}
          onChange={({ target }) => change({ name: target.value })}
        />
        <label className="hours-yearly">
          <input
            type="checkbox"
            checked={holiday.yearly}
            onChange={({ target }) => change({ yearly: target.checked })}
          />
          every year
        </label>
      </span>
      <SpansEditor day={called} spans={holiday.spans} onChange={(spans) => change({ spans })} />
    </>
  );
}
