import './field.css';
import { ChevronDown } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { Icon } from './icon.tsx';

interface Around {
  label: string;
  hint?: string | undefined;
  /** What is wrong with what stands in it. */
  error?: string | undefined;
}

/** Label, control, hint and error, tied together for those who do not see them. */
function Field({ label, hint, error, children }: Around & { children: (ids: object) => ReactNode }) {
  const id = useId();
  const says = error ?? hint;
  const ids = {
    id,
    'aria-invalid': error !== undefined,
    ...(says === undefined ? {} : { 'aria-describedby': `${id}-says` }),
  };
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children(ids)}
      {says === undefined ? null : (
        <span id={`${id}-says`} className={error === undefined ? 'field-hint' : 'field-error'}>
          {says}
        </span>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, ...input }: Around & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input className="input" {...ids} {...input} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, ...area }: Around & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <textarea className="input" {...ids} {...area} />}
    </Field>
  );
}

export function SelectField({ label, hint, error, children, ...select }: Around & ComponentProps<'select'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <span className="select-wrap">
          <select className="input" {...ids} {...select}>
            {children}
          </select>
          <Icon of={ChevronDown} />
        </span>
      )}
    </Field>
  );
}
