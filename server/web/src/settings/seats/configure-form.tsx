import type { MailboxCheck, MailboxRequest, Organisation } from '@latchbox/client/admin';
import { type FormEvent, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { NameFields, Servers } from '../mailboxes/account-fields.tsx';
import { CheckResult } from '../mailboxes/check-result.tsx';
import { OTHER, providerOf } from '../mailboxes/providers.ts';
import { readAccount } from '../mailboxes/read-account.ts';
import { Loaded } from '../loaded.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { Terms } from './terms.tsx';

interface ConfigureFormProps {
  request: MailboxRequest;
  onDone: () => void;
  onCancel: () => void;
}

const FIELDS = ['aliases', 'name', 'password', 'incoming', 'outgoing', 'oauth2'];

/** Connects the mailbox of an approved request: tried first, and what is wrong is said part by part. */
export function ConfigureForm(props: ConfigureFormProps) {
  const { organisation } = useAdmin();
  const { asked, again } = useAsked('organisation', (signal) => organisation.get({ signal }));
  return (
    <Loaded asked={asked} what="The terms" onRetry={again}>
      {(found) => <Form {...props} organisation={found} />}
    </Loaded>
  );
}

function Form({
  request,
  organisation,
  onDone,
  onCancel,
}: ConfigureFormProps & { organisation: Organisation }) {
  const { mailboxRequests } = useAdmin();
  const { busy, problem, wrong, run } = useSaving();
  const form = useRef<HTMLFormElement>(null);
  const { id, address } = request;
  const [provider, setProvider] = useState(providerOf(address) ?? OTHER);
  const [check, setCheck] = useState<MailboxCheck | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const data = new FormData(form.current ?? undefined);
    const settings = {
      ...readAccount(data, provider, address),
      ...(data.has('terms') && { confirmedTerms: organisation.termsVersion }),
    };
    setCheck(null);
    void run(
      () => mailboxRequests.configure(id, settings),
      ({ mailbox, check: found }) => (mailbox === null ? setCheck(found) : onDone()),
    );
  };
  return (
    <form ref={form} className="mailbox-form" aria-label={`Connect ${address}`} onSubmit={submit}>
      <Part title={address} hint="It gets an inbox of its own, which nobody else sees.">
        <div className="settings-fields">
          <NameFields wrong={wrong} />
        </div>
      </Part>
      <Servers provider={provider} address={address} wrong={wrong} onProvider={setProvider} />
      {/* Whoever requested it by mail, or for somebody else, has not confirmed them. */}
      {request.terms === null ? <Terms of={organisation} /> : null}
      <div role="status" aria-label="Connection check">
        {busy ? <p className="hint">Trying both servers, this takes up to 20 seconds…</p> : null}
        {check === null || busy ? null : <CheckResult check={check} />}
      </div>
      <Foot saved={false} problem={problem(...FIELDS)}>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={busy}>
          {busy ? 'Connecting…' : 'Connect'}
        </Button>
      </Foot>
    </form>
  );
}
