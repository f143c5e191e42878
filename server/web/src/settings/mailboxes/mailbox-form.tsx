import type { MailboxCheck, MailboxSettings, NewMailbox } from '@latchbox/client/admin';
import { type FormEvent, useRef, useState } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { NameFields, Servers } from './account-fields.tsx';
import { CheckResult } from './check-result.tsx';
import { OTHER, type Provider, providerOf } from './providers.ts';
import { readAccount } from './read-account.ts';

interface MailboxFormProps {
  inboxId: string;
  onDone: () => void;
  onCancel: () => void;
}

/** Every field that stands in this form: what is wrong with them is said beside them. */
const FIELDS = ['address', 'aliases', 'name', 'password', 'incoming', 'outgoing', 'oauth2'];

/** Connects a mailbox: known providers need address and password alone; the check says which part is wrong before anything is stored. */
export function MailboxForm({ inboxId, onDone, onCancel }: MailboxFormProps) {
  const { mailboxes } = useAdmin();
  const form = useRef<HTMLFormElement>(null);
  const [provider, setProvider] = useState<Provider>(OTHER);
  const [address, setAddress] = useState('');
  const [check, setCheck] = useState<MailboxCheck | null>(null);
  const checking = useSaving();
  const storing = useSaving();
  const busy = checking.busy || storing.busy;
  const read = (): NewMailbox =>
    newMailbox({ inbox: inboxId, provider }, new FormData(form.current ?? undefined));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void storing.run(() => mailboxes.create(read()), onDone);
  };
  const tryIt = (): void => {
    const { name: _name, aliases: _aliases, ratePerMinute: _rate, ...settings } = read();
    storing.touched();
    setCheck(null);
    void checking.run(() => mailboxes.check(settings as MailboxSettings), setCheck);
  };
  const wrong = (path: string) => storing.wrong(path) ?? checking.wrong(path);
  return (
    <form ref={form} className="mailbox-form" aria-label="Connect a mailbox" onSubmit={submit}>
      <AccountFields
        wrong={wrong}
        onAddress={(next) => {
          setAddress(next);
          setProvider(providerOf(next) ?? provider);
        }}
      />
      <Servers provider={provider} address={address} wrong={wrong} onProvider={setProvider} />
      <div role="status" aria-label="Connection check">
        {checking.busy ? <p className="hint">Trying both servers, this takes up to 20 seconds…</p> : null}
        {check === null || checking.busy ? null : <CheckResult check={check} />}
      </div>
      <Foot saved={false} problem={storing.problem(...FIELDS) ?? checking.problem(...FIELDS)}>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button disabled={busy} onClick={tryIt}>
          {checking.busy ? 'Checking…' : 'Check the connection'}
        </Button>
        <Button type="submit" look="primary" disabled={busy}>
          {storing.busy ? 'Connecting…' : 'Connect'}
        </Button>
      </Foot>
    </form>
  );
}

interface PartProps {
  wrong: (path: string) => string | undefined;
}

function AccountFields({ wrong, onAddress }: PartProps & { onAddress: (address: string) => void }) {
  return (
    <Part title="The account">
      <div className="settings-fields">
        <TextField
          label="Mail address"
          name="address"
          type="email"
          autoComplete="off"
          autoFocus
          required
          error={wrong('address')}
          onChange={(event) => onAddress(event.target.value.trim())}
        />
        <NameFields wrong={wrong} />
      </div>
    </Part>
  );
}

interface Around {
  readonly inbox: string;
  readonly provider: Provider;
}

function newMailbox({ inbox, provider }: Around, data: FormData): NewMailbox {
  const address = formText(data, 'address').trim();
  return {
    inbox,
    address,
    ...readAccount(data, provider, address),
  };
}
