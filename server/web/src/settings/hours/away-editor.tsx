import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Part } from '../page.tsx';
import type { Away } from './types.ts';

interface AwayEditorProps {
  away: Away;
  /** Whether there are office hours to go by. */
  hasHours: boolean;
  wrong: (path: string) => string | undefined;
  onChange: (away: Away) => void;
}

/** When an answer goes out by itself, and what it says. */
export function AwayEditor({ away, hasHours, wrong, onChange }: AwayEditorProps) {
  const { when } = away;
  return (
    <Part title="Out of office" hint="Each contact is answered once in an absence; automatic mail never is.">
      <div className="settings-fields">
        <SelectField
          label="Answer automatically"
          value={when.mode}
          error={wrong('outOfOffice.when')}
          onChange={({ target: { value } }) => onChange({ ...away, when: modeOf(value) })}
        >
          <option value="off">Off</option>
          <option value="on">On</option>
          <option value="auto" disabled={!hasHours}>
            Auto: outside office hours
          </option>
        </SelectField>
      </div>
      {when.mode === 'on' ? (
        <div className="settings-fields">
          {(['from', 'until'] as const).map((end) => (
            <TextField
              key={end}
              label={end === 'from' ? 'From' : 'Until'}
              hint={end === 'from' ? 'Empty: from now on.' : 'Empty: until it is changed.'}
              type="datetime-local"
              value={local(when[end] ?? null)}
              onChange={({ target: { value } }) =>
                onChange({
                  ...away,
                  when: { ...when, [end]: value === '' ? null : new Date(value).getTime() },
                })
              }
            />
          ))}
        </div>
      ) : null}
      {when.mode === 'off' ? null : <Words away={away} wrong={wrong} onChange={onChange} />}
    </Part>
  );
}

function modeOf(mode: string): Away['when'] {
  if (mode === 'on') return { mode, from: null, until: null };
  return { mode: mode === 'auto' ? 'auto' : 'off' };
}

/** As a field for day and time has it, by this machine's clock. */
function local(at: number | null): string {
  if (at === null) return '';
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function Words({ away, wrong, onChange }: Pick<AwayEditorProps, 'away' | 'wrong' | 'onChange'>) {
  const { text } = away;
  const put = (change: Partial<typeof text>): void => onChange({ ...away, text: { ...text, ...change } });
  return (
    <div className="hours-words">
      <TextField
        label="Subject of a mail"
        maxLength={200}
        value={text.subject}
        error={wrong('outOfOffice.text.subject')}
        onChange={({ target }) => put({ subject: target.value })}
      />
      <TextArea
        label="Text"
        rows={7}
        maxLength={4_000}
        hint="{{contact}}, {{inbox}}, {{subject}} and {{back}} are filled in; a line with {{back}} is left out while nobody knows."
        value={text.body}
        error={wrong('outOfOffice.text.body')}
        onChange={({ target }) => put({ body: target.value })}
      />
      <TextArea
        label="As a text message"
        rows={2}
        maxLength={480}
        hint="Empty: the text above."
        value={text.sms ?? ''}
        error={wrong('outOfOffice.text.sms')}
        onChange={({ target: { value } }) => put({ sms: value === '' ? null : value })}
      />
    </div>
  );
}
