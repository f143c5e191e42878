import type { ContactDetail, ContactRecord } from '@latchbox/client/admin';
import { Mail, Phone, Plus, Split, X } from 'lucide-react';
import { useState } from 'react';
import { navigate } from '../../app/router.ts';
import { BareIconButton, Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Part } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';

interface AddressesProps {
  contact: ContactDetail;
  onChanged: (now: ContactRecord) => void;
}

/** By what a contact is reached: added, removed as long as nobody used it, or split off with its conversations. */
export function Addresses({ contact, onChanged }: AddressesProps) {
  const { contacts } = useAdmin();
  const { id, version, addresses } = contact;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const saving = useSaving();
  const said = saving.problem('addAddresses');
  const several = addresses.length > 1;
  return (
    <Part title="Addresses and numbers">
      <ul className="settings-list contacts-addresses">
        {addresses.map((address) => (
          <Address
            key={address.id}
            address={address}
            several={several}
            chosen={chosen.includes(address.id)}
            onChoose={(isChosen) =>
              setChosen(isChosen ? [...chosen, address.id] : chosen.filter((one) => one !== address.id))
            }
            onRemove={() =>
              void saving.run(
                () => contacts.change(id, { version, removeAddresses: [address.id] }),
                onChanged,
              )
            }
          />
        ))}
      </ul>
      {said === undefined ? null : <Notice tone="stop">{said}</Notice>}
      {chosen.length === 0 ? null : (
        <div className="contacts-tools">
          <Button
            onClick={() =>
              void saving.run(
                () => contacts.split(id, { addressIds: [...chosen] }),
                (made) => navigate(settingsPath('contacts', made.id)),
              )
            }
          >
            <Icon of={Split} size={16} />
            Make a contact of its own of {chosen.length === 1 ? 'it' : `these ${chosen.length}`}
          </Button>
        </div>
      )}
      <Add
        wrong={saving.wrong('addAddresses')}
        busy={saving.busy}
        onAdd={(address, added) => {
          void saving.run(
            () => contacts.change(id, { version, addAddresses: [addressOf(address)] }),
            (now) => {
              added();
              onChanged(now);
            },
          );
        }}
      />
    </Part>
  );
}

/** What somebody typed is a mail address, or else a number. */
export const addressOf = (address: string) => ({
  channel: address.includes('@') ? ('email' as const) : ('sms' as const),
  address,
});

interface AddressProps {
  address: ContactDetail['addresses'][number];
  /** Whether the contact has others. */
  several: boolean;
  chosen: boolean;
  onChoose: (isChosen: boolean) => void;
  onRemove: () => void;
}

function Address({
  address: { channel, address, usedAt },
  several,
  chosen,
  onChoose,
  onRemove,
}: AddressProps) {
  return (
    <li>
      {several ? (
        <input
          type="checkbox"
          aria-label={`Choose ${address}`}
          checked={chosen}
          onChange={({ target }) => onChoose(target.checked)}
        />
      ) : null}
      <Icon of={channel === 'sms' ? Phone : Mail} size={16} />
      <span className="grow cut">{address}</span>
      {usedAt === null && several ? (
        <BareIconButton icon={X} label={`Remove ${address}`} onClick={onRemove} />
      ) : (
        <span className="hint">{usedAt === null ? 'Not used yet' : ''}</span>
      )}
    </li>
  );
}

interface AddProps {
  wrong: string | undefined;
  busy: boolean;
  onAdd: (address: string, added: () => void) => void;
}

function Add({ wrong, busy, onAdd }: AddProps) {
  const [address, setAddress] = useState('');
  return (
    <form
      className="contacts-add"
      aria-label="Add an address"
      onSubmit={(event) => {
        event.preventDefault();
        if (address.trim() !== '') onAdd(address.trim(), () => setAddress(''));
      }}
    >
      <TextField
        label="Another mail address or number"
        value={address}
        error={wrong}
        onChange={(event) => setAddress(event.target.value)}
      />
      <Button type="submit" disabled={busy}>
        <Icon of={Plus} size={16} />
        Add
      </Button>
    </form>
  );
}
