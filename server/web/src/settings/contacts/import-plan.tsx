import type { ContactImport, ImportPlan, ImportPreview, UploadedImport } from '@latchbox/client/admin';
import { useEffect, useState } from 'react';
import { navigate } from '../../app/router.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Foot, Part } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { PreviewTable } from './preview-table.tsx';

type Field = NonNullable<ImportPlan['columns'][number]>;

const FIELDS: Readonly<Record<Field, string>> = {
  name: 'Name',
  first_name: 'First name',
  last_name: 'Last name',
  email: 'Mail address',
  phone: 'Phone number',
  owner: 'Owner (user id or address)',
  tags: 'Tags',
};
const isField = (value: string): value is Field => value in FIELDS;

interface ImportPlanFormProps {
  one: UploadedImport;
  onStarted: (one: ContactImport) => void;
}

/** What each column is, with what would become of the first rows. */
export function ImportPlanForm({ one, onStarted }: ImportPlanFormProps) {
  const { contactImports } = useAdmin();
  const [plan, setPlan] = useState<ImportPlan>(one.suggestion);
  const starting = useSaving();
  const forget = (): void =>
    void starting.run(
      () => contactImports.remove(one.id),
      () => navigate(settingsPath('contacts', 'import')),
    );
  const reaches = plan.columns.some((field) => field === 'email' || field === 'phone');
  return (
    <form
      aria-label="What is in the file"
      onSubmit={(event) => {
        event.preventDefault();
        void starting.run(() => contactImports.start(one.id, plan), onStarted);
      }}
    >
      <Part title="Columns" hint={`${one.rows.toLocaleString('en')} rows`}>
        <Columns header={one.header} plan={plan} onChange={setPlan} />
      </Part>
      <Part title="How">
        <div className="settings-fields">
          <TextField
            label="Country of numbers without a country code"
            hint="Two letters, as US, GB or DE"
            value={plan.country}
            maxLength={2}
            onChange={(event) => setPlan({ ...plan, country: event.target.value.toUpperCase() })}
          />
          <SelectField
            label="Contacts that are known already"
            value={plan.update ? 'update' : 'leave'}
            onChange={(event) => setPlan({ ...plan, update: event.target.value === 'update' })}
          >
            <option value="update">Take over what the file says</option>
            <option value="leave">Leave them as they are</option>
          </SelectField>
        </div>
      </Part>
      <Preview id={one.id} plan={plan} />
      <Foot saved={false} problem={starting.problem()}>
        <Button look="quiet" onClick={forget}>
          Discard the file
        </Button>
        <Button look="primary" type="submit" disabled={starting.busy || !reaches}>
          {starting.busy ? 'Starting…' : `Import ${one.rows.toLocaleString('en')} rows`}
        </Button>
      </Foot>
    </form>
  );
}

interface ColumnsProps {
  header: readonly string[];
  plan: ImportPlan;
  onChange: (plan: ImportPlan) => void;
}

function Columns({ header, plan, onChange }: ColumnsProps) {
  return (
    <div className="settings-fields">
      {header.map((name, at) => (
        <SelectField
          key={`${at} ${name}`}
          label={name}
          value={plan.columns[at] ?? ''}
          onChange={(event) => {
            const { value } = event.target;
            const columns = header.map((_name, one) => plan.columns[one] ?? null);
            columns[at] = isField(value) ? value : null;
            onChange({ ...plan, columns });
          }}
        >
          <option value="">Leave it out</option>
          {Object.entries(FIELDS).map(([field, words]) => (
            <option key={field} value={field}>
              {words}
            </option>
          ))}
        </SelectField>
      ))}
    </div>
  );
}

/** How long changes rest before the preview is asked for, in ms. */
const REST = 200;

function Preview({ id, plan }: { id: string; plan: ImportPlan }) {
  const { contactImports } = useAdmin();
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  useEffect(() => {
    if (!/^[A-Z]{2}$/.test(plan.country)) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      contactImports.preview(id, plan, { signal: abort.signal }).then(setPreview, () => {});
    }, REST);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [contactImports, id, plan]);
  if (preview === null) return null;
  return (
    <Part title="What would become of it" hint="The first rows">
      <PreviewTable rows={preview.rows} />
    </Part>
  );
}
