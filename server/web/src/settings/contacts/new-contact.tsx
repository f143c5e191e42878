import { type FormEvent, useState } from 'react';
import { navigate } from '../../app/router.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Foot, Page } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { addressOf } from './addresses.tsx';
import { type ContactDraft, ContactFields, tagsOf } from './contact-form.tsx';

/** Writes a contact down who has not written yet. */
export function NewContactPage() {
  const { contacts } = useAdmin();
  const [draft, setDraft] = useState<ContactDraft>({ name: '', ownerId: '', tags: '' });
  const [address, setAddress] = useState('');
  const saving = useSaving();
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void saving.run(
      () =>
        contacts.create({
          name: draft.name,
          ownerId: draft.ownerId || null,
          tags: tagsOf(draft.tags),
          addresses: [addressOf(address)],
        }),
      ({ id }) => navigate(settingsPath('contacts', id)),
    );
  };
  return (
    <Page title="New contact" lede="Whoever writes to you becomes a contact without this.">
      <form onSubmit={save}>
        <div className="settings-fields">
          <ContactFields draft={draft} owner={null} wrong={saving.wrong} onChange={setDraft} />
          <TextField
            label="Mail address or phone number"
            value={address}
            error={saving.wrong('addresses')}
            onChange={(event) => setAddress(event.target.value)}
          />
        </div>
        <Foot saved={false} problem={saving.problem('name', 'ownerId', 'tags', 'addresses')}>
          <Button look="quiet" onClick={() => navigate(settingsPath('contacts'))}>
            Cancel
          </Button>
          <Button look="primary" type="submit" disabled={saving.busy}>
            {saving.busy ? 'Saving…' : 'Save'}
          </Button>
        </Foot>
      </form>
    </Page>
  );
}
