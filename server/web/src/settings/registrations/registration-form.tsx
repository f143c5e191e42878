import type { Campaign, RegistrationFields, Team } from '@latchbox/client/admin';
import { Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useFocusOnWrong } from '../inboxes/inbox-step.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { USE_CASES } from './use-cases.ts';

interface RegistrationFormProps {
  team: Team;
  registration: Campaign | null;
  onChanged: (registration: Campaign) => void;
}

const EMPTY: RegistrationFields = {
  customerProfile: '',
  a2pProfile: '',
  brandType: 'STANDARD',
  useCase: 'CUSTOMER_CARE',
  description: '',
  samples: ['', ''],
  messageFlow: '',
  hasLinks: false,
  hasPhoneNumbers: false,
};

const LEAST = 2;
const MOST = 5;

/** What the carriers want to know. It is kept when it is saved, and goes to them when it is handed in; also again, after a rejection. */
export function RegistrationForm({ team, registration, onChanged }: RegistrationFormProps) {
  const { registrations } = useAdmin();
  const [fields, setFields] = useState<RegistrationFields>(() => registration?.fields ?? EMPTY);
  const { run, busy, saved, wrong, problem, touched } = useSaving();
  const form = useRef<HTMLFormElement>(null);
  const first = KNOWN.find((path) => wrong(path) !== undefined);
  useFocusOnWrong(form, first);
  const change = (what: Partial<RegistrationFields>): void => {
    touched();
    setFields((before) => ({ ...before, ...what }));
  };
  const store = () => registrations.put(team.id, fields);
  const handIn = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void run(async () => {
      await store();
      return await registrations.submit(team.id);
    }, onChanged);
  };
  const parts = { fields, wrong, change };
  return (
    <form ref={form} className="registration-form" aria-label="Registration" noValidate onSubmit={handIn}>
      <CompanyPart {...parts} />
      <TextsPart {...parts} />
      <Foot saved={saved} problem={problem(...KNOWN)}>
        <Button disabled={busy} onClick={() => void run(store, onChanged)}>
          Save
        </Button>
        <Button type="submit" look="primary" disabled={busy}>
          {registration?.state === 'rejected' ? 'Hand it in again' : 'Hand it in'}
        </Button>
      </Foot>
    </form>
  );
}

interface PartProps {
  fields: RegistrationFields;
  wrong: (path: string) => string | undefined;
  change: (what: Partial<RegistrationFields>) => void;
}

/** What a text field of this name takes. */
function textOf({ fields, wrong, change }: PartProps, name: TextName) {
  return {
    value: fields[name] ?? '',
    error: wrong(name),
    onChange: ({ target: { value } }: { target: { value: string } }) => change({ [name]: value }),
  };
}

function CompanyPart(props: PartProps) {
  const { fields, wrong, change } = props;
  return (
    <Part
      title="The company"
      hint="Both profiles are made in the provider’s console and have an id that begins with BU."
    >
      <div className="settings-fields">
        <TextField label="Customer profile" spellCheck={false} {...textOf(props, 'customerProfile')} />
        <TextField label="A2P profile" spellCheck={false} {...textOf(props, 'a2pProfile')} />
        <SelectField
          label="Company"
          value={fields.brandType ?? 'STANDARD'}
          onChange={({ target: { value } }) =>
            change({ brandType: value === 'SOLE_PROPRIETOR' ? 'SOLE_PROPRIETOR' : 'STANDARD' })
          }
        >
          <option value="STANDARD">A company</option>
          <option value="SOLE_PROPRIETOR">One person</option>
        </SelectField>
        <SelectField
          label="Use case"
          value={fields.useCase}
          error={wrong('useCase')}
          onChange={({ target: { value } }) => change({ useCase: value })}
        >
          {USE_CASES.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </SelectField>
      </div>
    </Part>
  );
}

function TextsPart(props: PartProps) {
  const { fields, wrong, change } = props;
  return (
    <Part title="What is texted">
      <div className="registration-texts">
        <TextArea
          label="What is texted, to whom and why"
          rows={3}
          hint="At least 40 characters."
          {...textOf(props, 'description')}
        />
        <TextArea
          label="How contacts agree to get texts"
          rows={3}
          hint="At least 40 characters: where they read of it, and what they do."
          {...textOf(props, 'messageFlow')}
        />
        <Samples samples={fields.samples} wrong={wrong} onChange={(samples) => change({ samples })} />
        <Tick
          label="Texts have links in them"
          checked={fields.hasLinks}
          onChange={(hasLinks) => change({ hasLinks })}
        />
        <Tick
          label="Texts have phone numbers in them"
          checked={fields.hasPhoneNumbers}
          onChange={(hasPhoneNumbers) => change({ hasPhoneNumbers })}
        />
      </div>
    </Part>
  );
}

type TextName = 'customerProfile' | 'a2pProfile' | 'description' | 'messageFlow';
const KNOWN = ['customerProfile', 'a2pProfile', 'useCase', 'description', 'messageFlow', 'samples'];

interface SamplesProps {
  samples: readonly string[];
  wrong: (path: string) => string | undefined;
  onChange: (samples: string[]) => void;
}

function Samples({ samples, wrong, onChange }: SamplesProps) {
  return (
    <>
      {samples.map((sample, nth) => (
        // They have no names but their places.
        <div key={String(nth)} className="registration-sample">
          <div className="grow">
            <TextArea
              label={`Sample ${nth + 1}`}
              rows={2}
              value={sample}
              error={wrong(`samples.${nth}`)}
              onChange={({ target: { value } }) => onChange(samples.with(nth, value))}
            />
          </div>
          {samples.length > LEAST ? (
            <IconButton
              icon={Trash2}
              label={`Remove sample ${nth + 1}`}
              onClick={() => onChange(samples.toSpliced(nth, 1))}
            />
          ) : null}
        </div>
      ))}
      {samples.length < MOST ? (
        <Button look="quiet" className="registration-more" onClick={() => onChange([...samples, ''])}>
          <Icon of={Plus} size={16} />
          Another sample
        </Button>
      ) : null}
    </>
  );
}

function Tick(props: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  const { label, checked, onChange } = props;
  return (
    <label className="registration-tick">
      <input type="checkbox" checked={checked} onChange={({ target }) => onChange(target.checked)} />
      {label}
    </label>
  );
}
