import type { InboxDraft, InboxDraftFields, Team } from '@latchbox/client/admin';
import { type FormEvent, useEffect, useRef } from 'react';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ColourField } from '../inbox/colour-field.tsx';
import { COLOURS } from '../inbox/colours.ts';
import { Foot } from '../page.tsx';
import { codeOf } from './steps.ts';
import { isRecord } from './use-kept.ts';

export interface InboxFields {
  readonly name: string;
  /** Null: made from the name. */
  readonly apiCode: string | null;
  readonly teamId: string | null;
  readonly colour: string;
}

export function newFields(teams: readonly Team[]): InboxFields {
  const [only] = teams;
  const teamId = teams.length === 1 && only !== undefined ? only.id : null;
  return { name: '', apiCode: null, teamId, colour: COLOURS[0]?.[0] ?? '' };
}

export function fieldsOf({ name, apiCode, teamId, colour }: InboxDraft): InboxFields {
  return { name, apiCode, teamId, colour };
}

/** What is sent of it. */
export function given({ name, apiCode, teamId, colour }: InboxFields): InboxDraftFields {
  return { name, apiCode, colour, ...(teamId === null ? {} : { teamId }) };
}

export function isInboxFields(value: unknown): value is InboxFields {
  if (!isRecord(value)) return false;
  const { name, apiCode, teamId, colour } = value;
  return (
    typeof name === 'string' &&
    typeof colour === 'string' &&
    [apiCode, teamId].every((one) => one === null || typeof one === 'string')
  );
}

interface InboxStepProps {
  fields: InboxFields;
  teams: readonly Team[];
  saving: {
    busy: boolean;
    wrong: (path: string) => string | undefined;
    problem: (...fields: readonly string[]) => string | undefined;
  };
  onChange: (change: Partial<InboxFields>) => void;
  onCancel: () => void;
  onDone: () => void;
}

/** Name, API code, team and colour. */
export function InboxStep({ fields, teams, saving, onChange, onCancel, onDone }: InboxStepProps) {
  const { busy, wrong, problem } = saving;
  const form = useRef<HTMLFormElement>(null);
  useFocusOnWrong(form, wrong('name') ?? wrong('apiCode') ?? wrong('teamId'));
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onDone();
  };
  return (
    <form ref={form} className="wizard-form" aria-label="The inbox" noValidate onSubmit={submit}>
      <div className="settings-fields">
        <TextField
          label="Name"
          value={fields.name}
          autoFocus
          required
          maxLength={200}
          error={wrong('name')}
          onChange={({ target: { value } }) => onChange({ name: value })}
        />
        <TextField
          label="API code"
          className="input mono"
          value={fields.apiCode ?? codeOf(fields.name)}
          maxLength={48}
          autoCapitalize="none"
          spellCheck={false}
          hint="Made from the name. It addresses the inbox in API calls."
          error={wrong('apiCode')}
          onChange={({ target: { value } }) => onChange({ apiCode: value === '' ? null : value })}
        />
        <TeamField
          teams={teams}
          teamId={fields.teamId}
          error={wrong('teamId')}
          onChange={(teamId) => onChange({ teamId })}
        />
      </div>
      <ColourField
        value={fields.colour}
        error={wrong('colour')}
        onChange={(colour) => onChange({ colour })}
      />
      <Foot saved={false} problem={problem('name', 'apiCode', 'teamId', 'colour')}>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={busy}>
          Continue to the number
        </Button>
      </Foot>
    </form>
  );
}

interface TeamFieldProps {
  teams: readonly Team[];
  teamId: string | null;
  error: string | undefined;
  onChange: (teamId: string | null) => void;
}

function TeamField({ teams, teamId, error, onChange }: TeamFieldProps) {
  return (
    <SelectField
      label="Team"
      value={teamId ?? ''}
      required
      hint="Its members come from this team."
      error={error}
      onChange={({ target: { value } }) => onChange(value === '' ? null : value)}
    >
      {teamId === null ? <option value="">Choose a team</option> : null}
      {teams.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

/** The first field with something wrong gets the focus, once, when the answer is there. */
export function useFocusOnWrong(form: React.RefObject<HTMLElement | null>, wrong: string | undefined): void {
  useEffect(() => {
    if (wrong !== undefined) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [form, wrong]);
}
