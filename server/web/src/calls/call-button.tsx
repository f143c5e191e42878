import type { Account, Contact } from '@latchbox/client';
import { callsOf } from '@latchbox/client/calls';
import { Phone, Smartphone } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useClient } from '../app/client.ts';
import { newId } from '../lib/new-id.ts';
import { useReadable } from '../lib/use-readable.ts';
import { BareIconButton } from '../ui/button.tsx';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx';
import { OwnPhone } from './own-phone.tsx';

const NUMBER = /^\+\d{7,15}$/;

interface CallButtonProps {
  contact: Contact;
  onFailed: (error: unknown) => void;
}

/** Calls a contact who has a number: from which of ours is chosen each time, the default one stands first (W2). */
export function CallButton({ contact, onFailed }: CallButtonProps) {
  return NUMBER.test(contact.address) ? <CallMenu contact={contact} onFailed={onFailed} /> : null;
}

function CallMenu({ contact, onFailed }: CallButtonProps) {
  const client = useClient();
  const calls = useMemo(() => callsOf(client), [client]);
  const [asks, setAsks] = useState(false);
  const [own, setOwn] = useState<string | null>();
  const { name, address } = contact;
  const call = (account: Account): void => {
    // Whoever has no phone yet is asked for one, and nothing is called.
    if (own === null) setAsks(true);
    else calls.start({ clientId: newId(), account: account.id, to: { address, name } }).catch(onFailed);
  };
  const look = (open: boolean): void => {
    if (open) calls.phone().then(setOwn, onFailed);
  };
  return (
    <>
      <Menu
        tip={`Call ${name}`}
        onOpenChange={look}
        trigger={<BareIconButton icon={Phone} label={`Call ${name}`} />}
      >
        <Numbers to={address} onChosen={call} />
        <MenuLine />
        <MenuItem icon={Smartphone} aside={own ?? ''} onClick={() => setAsks(true)}>
          {own === null ? 'Set your phone…' : 'Your phone'}
        </MenuItem>
      </Menu>
      {asks ? <OwnPhone known={own ?? null} onKnown={setOwn} onClose={() => setAsks(false)} /> : null}
    </>
  );
}

/** What the contact would see the call come from. */
function Numbers({ to, onChosen }: { to: string; onChosen: (account: Account) => void }) {
  const known = useReadable(useClient().accounts);
  const numbers = (known?.accounts ?? []).filter(({ channel }) => channel === 'sms');
  if (numbers.length === 0)
    return (
      <MenuItem disabled onClick={() => {}}>
        None of your inboxes has a number
      </MenuItem>
    );
  return (
    <MenuChoice
      label={`Call ${to} from`}
      value=""
      choices={numbers.map((one) => ({
        value: one.id,
        words: (
          <>
            {one.label} <small>{one.address}</small>
          </>
        ),
        picture: <InboxSquare colour={one.colour} />,
      }))}
      onChange={(id) => {
        const chosen = numbers.find((one) => one.id === id);
        if (chosen !== undefined) onChosen(chosen);
      }}
    />
  );
}
