import './seats.css';
import type { Organisation } from '@latchbox/client/admin';
import { type FormEvent, useRef } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot, Page, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { PersonalInboxes } from './personal-inboxes.tsx';

/** What holds for everybody who works here. */
export function OrganisationPage() {
  const { organisation } = useAdmin();
  const { asked, again, put } = useAsked('organisation', (signal) => organisation.get({ signal }));
  return (
    <Page
      title="General"
      lede="What holds for everybody: how many mailboxes people have of their own, which, and who reads them."
    >
      <Loaded asked={asked} what="The organisation" onRetry={again}>
        {(found) => (
          <>
            <Form found={found} onSaved={put} />
            {found.adminsMayReadPersonal ? <PersonalInboxes /> : null}
          </>
        )}
      </Loaded>
    </Page>
  );
}

const FIELDS = ['name', 'mailboxLimit', 'groupAddresses', 'terms', 'requestAddress'];

function read(data: FormData) {
  const text = (name: string): string => formText(data, name).trim();
  return {
    name: text('name'),
    mailboxLimit: Number(text('mailboxLimit')),
    groupAddresses: text('groupAddresses')
      .split(/[\s,;@]+/)
      .filter((one) => one !== ''),
    groupAddressesAllowed: data.has('groupAddressesAllowed'),
    adminsMayReadPersonal: data.has('adminsMayReadPersonal'),
    terms: text('terms'),
    requestAddress: text('requestAddress') === '' ? null : text('requestAddress'),
  };
}

function Form({ found, onSaved }: { found: Organisation; onSaved: (saved: Organisation) => void }) {
  const { organisation } = useAdmin();
  const { busy, saved, problem, wrong, touched, run } = useSaving();
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(() => organisation.change(read(new FormData(form.current ?? undefined))), onSaved);
  };
  return (
    <form ref={form} aria-label="Organisation" onSubmit={submit} onChange={touched}>
      <Part title="The organisation">
        <div className="settings-fields">
          <TextField label="Name" name="name" defaultValue={found.name} required error={wrong('name')} />
        </div>
      </Part>
      <OwnMailboxes found={found} wrong={wrong} />
      <Part title="Personal inboxes">
        <label className="seat-check">
          <input type="checkbox" name="adminsMayReadPersonal" defaultChecked={found.adminsMayReadPersonal} />
          Admins may open them to read, for an hour and with a reason that the owner is told
        </label>
      </Part>
      <Foot saved={saved} problem={problem(...FIELDS)}>
        <Button type="submit" look="primary" disabled={busy}>
          Save
        </Button>
      </Foot>
    </form>
  );
}

interface FieldsProps {
  found: Organisation;
  wrong: (path: string) => string | undefined;
}

function OwnMailboxes({ found, wrong }: FieldsProps) {
  return (
    <Part title="Mailboxes of people’s own">
      <div className="settings-fields">
        <TextField
          label="Mailboxes for each person"
          name="mailboxLimit"
          type="number"
          min={0}
          max={100}
          defaultValue={found.mailboxLimit}
          required
          hint="Somebody’s contract can say another number."
          error={wrong('mailboxLimit')}
        />
        <TextField
          label="Request address"
          name="requestAddress"
          type="email"
          defaultValue={found.requestAddress ?? ''}
          hint="Mail to it that names an address in its subject is a request, from the account’s own address. Empty: none."
          error={wrong('requestAddress')}
        />
      </div>
      <Addresses found={found} wrong={wrong} />
    </Part>
  );
}

function Addresses({ found, wrong }: FieldsProps) {
  return (
    <div className="seat-wide">
      <TextArea
        label="Group addresses"
        name="groupAddresses"
        rows={4}
        defaultValue={found.groupAddresses.join(', ')}
        hint="What stands before the @ of addresses that belong to a team."
        error={wrong('groupAddresses')}
      />
      <label className="seat-check">
        <input type="checkbox" name="groupAddressesAllowed" defaultChecked={found.groupAddressesAllowed} />
        They may be somebody’s own all the same, after an admin’s approval
      </label>
      <TextArea
        label="Terms"
        name="terms"
        rows={6}
        defaultValue={found.terms}
        hint="Whoever requests a mailbox confirms them. Empty: nothing is asked."
        error={wrong('terms')}
      />
    </div>
  );
}
