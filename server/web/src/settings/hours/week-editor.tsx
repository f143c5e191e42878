import type { HoursPresets } from '@latchbox/client/admin';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Part } from '../page.tsx';
import { SpansEditor } from './spans-editor.tsx';
import { DAYS, PRESET_WORDS, type Schedule } from './types.ts';

interface WeekEditorProps {
  /** Null: always open. */
  schedule: Schedule | null;
  presets: HoursPresets;
  wrong: (path: string) => string | undefined;
  onChange: (schedule: Schedule | null) => void;
}

const ZONES = Intl.supportedValuesOf('timeZone');
const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
const NONE = 'none';

/** When it is open in a week, and where. */
export function WeekEditor({ schedule, presets, wrong, onChange }: WeekEditorProps) {
  return (
    <Part title="Office hours" hint="By the clock on the wall of one place, in summer and in winter.">
      <div className="settings-fields">
        <SelectField
          label="Begin with"
          value={schedule === null ? NONE : ''}
          onChange={({ target: { value } }) => {
            if (value === NONE) return onChange(null);
            const week = presets[value as keyof HoursPresets];
            const { timeZone, holidays } = schedule ?? { timeZone: here(), holidays: [] };
            if (week !== undefined) onChange({ timeZone, week: structuredClone(week), holidays });
          }}
        >
          {schedule === null ? null : <option value="">The week below</option>}
          <option value={NONE}>No office hours: always open</option>
          {PRESET_WORDS.map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </SelectField>
        {schedule === null ? null : (
          <TextField
            label="Time zone"
            list="time-zones"
            value={schedule.timeZone}
            error={wrong('hours.timeZone')}
            onChange={({ target: { value } }) => onChange({ ...schedule, timeZone: value })}
          />
        )}
      </div>
      <datalist id="time-zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {schedule === null ? null : <Days schedule={schedule} wrong={wrong} onChange={onChange} />}
    </Part>
  );
}

export type DaysProps = Pick<WeekEditorProps, 'wrong' | 'onChange'> & { schedule: Schedule };

function Days({ schedule, wrong, onChange }: DaysProps) {
  return (
    <ul className="settings-list hours-days">
      {DAYS.map(([day, name]) => (
        <li key={day}>
          <b>{name}</b>
          <SpansEditor
            day={name}
            spans={schedule.week[day]}
            onChange={(spans) => onChange({ ...schedule, week: { ...schedule.week, [day]: spans } })}
          />
          {wrong(`hours.week.${day}`) === undefined ? null : (
            <span className="field-error" role="alert">
              {wrong(`hours.week.${day}`)}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
