import type { Security } from '@latchbox/client/admin';
import { useState } from 'react';
import { SelectField, TextField } from '../../ui/field.tsx';

interface ServerFieldsProps {
  way: 'incoming' | 'outgoing';
  title: string;
  /** What stands there until something else is written. */
  host: string;
  at: { readonly port: number; readonly security: Security } | undefined;
  wrong: (path: string) => string | undefined;
}

/** Where a server is, and how the way to it is made safe. */
export function ServerFields({ way, title, host, at, wrong }: ServerFieldsProps) {
  const [written, setWritten] = useState<string | null>(null);
  return (
    <fieldset className="server-fields">
      <legend>{title}</legend>
      <TextField
        label="Host"
        name={`${way}.host`}
        value={written ?? host}
        autoComplete="off"
        spellCheck={false}
        required
        error={wrong(`${way}.host`)}
        onChange={(event) => setWritten(event.target.value)}
      />
      <TextField
        label="Port"
        name={`${way}.port`}
        defaultValue={at?.port}
        inputMode="numeric"
        required
        error={wrong(`${way}.port`)}
      />
      <SelectField label="Security" name={`${way}.security`} defaultValue={at?.security}>
        <option value="tls">TLS</option>
        <option value="starttls">STARTTLS</option>
        <option value="none">None</option>
      </SelectField>
    </fieldset>
  );
}
