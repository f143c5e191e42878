import type { Mailbox, MailboxChange, MailboxCheck, MailboxSettings, Security } from '@latchbox/client/admin';
import { type FormEvent, useRef, useState } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { CheckResult } from './check-result.tsx';
import { ServerFields } from './server-fields.tsx';

interface EditMailboxProps {
  mailbox: Mailbox;
  onDone: () => void;
  onCancel: () => void;
}

/** Every field that stands in this form: what is wrong with them is said beside them. */
const FIELDS = ['name', 'aliases', 'password', 'ratePerMinute', 'incoming', 'outgoing'];

/** Changes a mailbox that is there; its secrets stay unless they are given anew, which another server needs. */
export function EditMailbox({ mailbox, onDone, onCancel }: EditMailboxProps) {
  const { mailboxes } = useAdmin();
  const form = useRef<HTMLFormElement>(null);
  const [check, setCheck] = useState<MailboxCheck | null>(null);
  const checking = useSaving();
  const storing = useSaving();
  const busy = checking.busy || storing.busy;
  const read = (): MailboxChange => changeOf(mailbox, new FormData(form.current ?? undefined));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void storing.run(() => mailboxes.change(mailbox.id, read()), onDone);
  };
  const tryIt = (): void => {
    storing.touched();
    setCheck(null);
    void checking.run(() => mailboxes.check(settingsOf(mailbox, read())), setCheck);
  };
  const wrong = (path: string) => storing.wrong(path) ?? checking.wrong(path);
  return (
    <form ref={form} className="mailbox-form" aria-label={`Change ${mailbox.address}`} onSubmit={submit}>
      <Account mailbox={mailbox} wrong={wrong} />
      <Part title="Its servers" hint="Another host, port or security needs the password anew.">
        <ServerFields
          way="incoming"
          title="Incoming (IMAP)"
          host={mailbox.incoming.host}
          at={mailbox.incoming}
          wrong={wrong}
        />
        {mailbox.outgoing === null ? (
          <p className="hint">Its mail leaves by the relay of this server.</p>
        ) : (
          <ServerFields
            way="outgoing"
            title="Outgoing (SMTP)"
            host={mailbox.outgoing.host}
            at={mailbox.outgoing}
            wrong={wrong}
          />
        )}
      </Part>
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
          Save
        </Button>
      </Foot>
    </form>
  );
}

interface AccountProps {
  mailbox: Mailbox;
  wrong: (path: string) => string | undefined;
}

function Account({ mailbox, wrong }: AccountProps) {
  const { address, name, aliases, incoming, ratePerMinute } = mailbox;
  return (
    <Part title={address}>
      <div className="settings-fields">
        <TextField
          label="Name in From"
          name="name"
          maxLength={100}
          defaultValue={name}
          autoFocus
          hint="Empty: the name of the inbox."
          error={wrong('name')}
        />
        <TextField
          label="Aliases"
          name="aliases"
          defaultValue={aliases.join(', ')}
          hint="Further addresses of this account, between commas."
          error={wrong('aliases')}
        />
        {incoming.auth === 'password' ? (
          <TextField
            label="New password"
            name="password"
            type="password"
            autoComplete="off"
            hint="Empty: the one that is stored."
            error={wrong('password')}
          />
        ) : null}
        <TextField
          label="Most mails a minute"
          name="rate"
          type="number"
          min={1}
          max={6_000}
          required
          defaultValue={ratePerMinute}
          hint="The others wait for the next minute."
          error={wrong('ratePerMinute')}
        />
      </div>
    </Part>
  );
}

/** What stands in the form, and is not as it is stored: what somebody else changes meanwhile stays as they have it. */
function changeOf({ incoming, outgoing, ...mailbox }: Mailbox, data: FormData): MailboxChange {
  const text = (name: string): string => formText(data, name).trim();
  const server = (way: 'incoming' | 'outgoing') => ({
    host: text(`${way}.host`),
    port: Number(text(`${way}.port`)),
    security: text(`${way}.security`) as Security,
  });
  const password = formText(data, 'password');
  const aliases = text('aliases')
    .split(/[\s,;]+/)
    .filter((alias) => alias !== '');
  const all = {
    name: text('name'),
    aliases,
    ratePerMinute: Number(text('rate')),
    incoming: { ...incoming, ...server('incoming') },
    ...(outgoing === null ? {} : { outgoing: { ...outgoing, ...server('outgoing') } }),
  };
  const before: Readonly<Record<string, unknown>> = { ...mailbox, incoming, outgoing };
  const changed = Object.entries(all).filter(
    ([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value),
  );
  return { ...Object.fromEntries(changed), ...(password === '' ? {} : { password }) };
}

function settingsOf(
  { id, inboxId, address, incoming, outgoing }: Mailbox,
  change: MailboxChange,
): MailboxSettings {
  const { password } = change;
  return {
    inbox: inboxId,
    mailbox: id,
    address,
    incoming: change.incoming ?? incoming,
    outgoing: change.outgoing === undefined ? outgoing : change.outgoing,
    ...(password === undefined ? {} : { password }),
  };
}
