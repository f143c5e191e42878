import './factor.css';
import { Copy, Download } from 'lucide-react';
import { download } from '../lib/download.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { QrCode } from './qr.tsx';

interface SetUpProps {
  secret: string;
  uri: string;
  /** What is wrong with the code. */
  error?: string | undefined;
  autoFocus?: boolean;
}

/** What an authenticator is to read, and the field for the first code that it shows. */
export function FactorSetUp({ secret, uri, error, autoFocus = false }: SetUpProps) {
  return (
    <>
      <p>Scan this with an authenticator app, and type the six digits that it shows.</p>
      <QrCode text={uri} label="QR code for an authenticator app" />
      <p className="hint">
        No camera? Type this key into the app:{' '}
        <span className="factor-secret">{secret.match(/.{1,4}/g)?.join(' ') ?? secret}</span>
      </p>
      <CodeField label="Code" error={error} autoFocus={autoFocus} />
    </>
  );
}

export function CodeField(props: {
  label: string;
  hint?: string;
  error?: string | undefined;
  autoFocus?: boolean;
  recovery?: boolean;
}) {
  const { label, hint, error, autoFocus = false, recovery = false } = props;
  return (
    <TextField
      label={label}
      name="code"
      hint={hint}
      error={error}
      required
      autoFocus={autoFocus}
      spellCheck={false}
      minLength={6}
      maxLength={40}
      autoComplete={recovery ? 'off' : 'one-time-code'}
      inputMode={recovery ? 'text' : 'numeric'}
      autoCapitalize={recovery ? 'characters' : 'off'}
    />
  );
}

/** Codes that are shown this once. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const text = `${codes.join('\n')}\n`;
  return (
    <>
      <ol className="factor-codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="factor-buttons">
        <Button onClick={() => void navigator.clipboard?.writeText(text)}>
          <Icon of={Copy} size={16} />
          Copy
        </Button>
        <Button
          onClick={() => download(new Blob([text], { type: 'text/plain' }), 'latchbox-recovery-codes.txt')}
        >
          <Icon of={Download} size={16} />
          Save as a file
        </Button>
      </div>
    </>
  );
}
