import type { InboxChange, InboxRecord } from '@latchbox/client/admin';
import { useState } from 'react';
import { useMe } from '../../app/client.ts';
import { navigate } from '../../app/router.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Foot, Page, Part } from '../page.tsx';
import { settingsPath } from '../place.ts';
import type { SettingsPageProps } from '../pages.ts';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { ColourField } from './colour-field.tsx';
import { TIMES, type TimeName } from './times.ts';

/** Name, code and colour of an inbox, and how its locks work (W5, L2, M10). */
export function InboxPage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Name and locks"
      lede="What an inbox is called, and when whoever replies in it has the conversation to themselves."
    >
      <ManagedInbox page="inbox" rest={rest}>
        {(inbox, again) => (
          <InboxForm
            inbox={inbox}
            onChanged={() => {
              // By its new name it may stand elsewhere in the list, and the first of it is no longer the same.
              navigate(settingsPath('inbox', inbox.id), 'replace');
              again();
            }}
          />
        )}
      </ManagedInbox>
    </Page>
  );
}

type Fields = Pick<InboxRecord, 'name' | 'apiCode' | 'colour' | 'lockOn' | 'takeOverBy'>;
/** As they stand in their fields, in seconds. */
type Seconds = Readonly<Record<TimeName, string>>;

const SECOND = 1_000;
const fieldsOf = ({ name, apiCode, colour, lockOn, takeOverBy }: InboxRecord): Fields => ({
  name,
  apiCode,
  colour,
  lockOn,
  takeOverBy,
});
const secondsOf = ({ times }: InboxRecord): Seconds =>
  Object.fromEntries(TIMES.map(({ name }) => [name, String(times[name] / SECOND)])) as Seconds;

/** Only what was changed: whoever else changes something else at the same time keeps it. */
function changeOf(inbox: InboxRecord, fields: Fields, seconds: Seconds): InboxChange {
  const before: Record<string, unknown> = { ...fieldsOf(inbox) };
  const changed = Object.entries(fields).filter(([name, value]) => before[name] !== value);
  const times = TIMES.map(({ name }) => [name, Math.round(Number(seconds[name]) * SECOND)] as const).filter(
    ([name, value]) => inbox.times[name] !== value,
  );
  return {
    ...Object.fromEntries(changed),
    ...(times.length === 0 ? {} : { times: Object.fromEntries(times) }),
  };
}

const KNOWN = [
  'name',
  'apiCode',
  'colour',
  'lockOn',
  'takeOverBy',
  ...TIMES.map(({ name }) => `times.${name}`),
];

function InboxForm({ inbox, onChanged }: { inbox: InboxRecord; onChanged: () => void }) {
  const { inboxes } = useAdmin();
  const [stored, setStored] = useState(inbox);
  const [fields, setFields] = useState(() => fieldsOf(inbox));
  const [seconds, setSeconds] = useState(() => secondsOf(inbox));
  const { busy, saved, run, touched, wrong, problem } = useSaving();
  const change = (what: Partial<Fields>): void => {
    setFields((before) => ({ ...before, ...what }));
    touched();
  };
  return (
    <form
      className="inbox-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(
          () => inboxes.change(inbox.id, changeOf(stored, fields, seconds)),
          (now) => {
            setStored(now);
            setFields(fieldsOf(now));
            setSeconds(secondsOf(now));
            onChanged();
          },
        );
      }}
    >
      <Naming fields={fields} wrong={wrong} onChange={change} />
      <Locking fields={fields} wrong={wrong} onChange={change} />
      <Part title="Times" hint="In seconds, by the server’s clock. They count from the next lock on.">
        <div className="settings-fields">
          {TIMES.map(({ name, label, hint, refused, least, most }) => (
            <TextField
              key={name}
              label={label}
              hint={hint}
              type="number"
              inputMode="decimal"
              step="any"
              min={least}
              max={most}
              required
              value={seconds[name]}
              error={wrong(`times.${name}`) === undefined ? undefined : (refused ?? wrong(`times.${name}`))}
              onChange={({ target }) => {
                setSeconds((before) => ({ ...before, [name]: target.value }));
                touched();
              }}
            />
          ))}
        </div>
      </Part>
      <Foot saved={saved} problem={problem(...KNOWN)}>
        <Button type="submit" look="primary" disabled={busy}>
          Save
        </Button>
      </Foot>
    </form>
  );
}

interface FieldsProps {
  fields: Fields;
  wrong: (path: string) => string | undefined;
  onChange: (change: Partial<Fields>) => void;
}

function Naming({ fields, wrong, onChange }: FieldsProps) {
  return (
    <Part title="The inbox">
      <div className="settings-fields">
        <TextField
          label="Name"
          maxLength={200}
          required
          value={fields.name}
          error={wrong('name')}
          onChange={({ target }) => onChange({ name: target.value })}
        />
        <TextField
          label="API code"
          hint="Names it in API calls: programs that use the old one have to be changed."
          maxLength={48}
          required
          spellCheck={false}
          autoCapitalize="none"
          value={fields.apiCode}
          error={wrong('apiCode')}
          onChange={({ target }) => onChange({ apiCode: target.value })}
        />
      </div>
      <ColourField
        value={fields.colour}
        error={wrong('colour')}
        onChange={(colour) => onChange({ colour })}
      />
    </Part>
  );
}

function Locking({ fields, wrong, onChange }: FieldsProps) {
  const me = useMe();
  return (
    <Part title="Locks">
      <div className="settings-fields">
        <SelectField
          label="A conversation is taken"
          hint={
            fields.lockOn === 'open'
              ? 'Whoever opens it has it, one at a time. Colleagues read along.'
              : 'Several may read; the first key of a reply takes it.'
          }
          value={fields.lockOn}
          error={wrong('lockOn')}
          onChange={({ target }) => onChange({ lockOn: target.value === 'open' ? 'open' : 'compose' })}
        >
          <option value="compose">When somebody begins to reply</option>
          <option value="open">When somebody opens it</option>
        </SelectField>
        <SelectField
          label="Who may take it over"
          hint={`From whoever replies, at once and in the audit log.${me?.role === 'admin' ? '' : ' Admins who may reply here always may.'}`}
          value={fields.takeOverBy}
          error={wrong('takeOverBy')}
          onChange={({ target: { value } }) =>
            onChange({ takeOverBy: value === 'members' || value === 'managers' ? value : 'admins' })
          }
        >
          <option value="admins">Admins</option>
          <option value="managers">Admins and who manages the inbox</option>
          <option value="members">Everybody who may reply</option>
        </SelectField>
      </div>
    </Part>
  );
}
