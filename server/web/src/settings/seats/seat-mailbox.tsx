import type { MailboxSeat } from '@latchbox/client/admin';
import { Ellipsis, PlugZap, Trash2, Unplug } from 'lucide-react';
import { BareIconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';

type Mailbox = MailboxSeat['mailboxes'][number];

/** A mailbox of a seat: its address and how it stands. With `onChanged` an admin takes it off the seat, or lets it be connected again (O6). */
export function SeatMailbox({ mailbox, onChanged }: { mailbox: Mailbox; onChanged?: () => void }) {
  const { address, state } = mailbox;
  return (
    <li className="mailbox">
      <span className={`mailbox-dot mailbox-${state.status}`} aria-hidden="true" />
      <div className="grow">
        <b>{address}</b>
        <small>{STATES[state.status]}</small>
      </div>
      {onChanged === undefined ? null : <Acts mailbox={mailbox} onChanged={onChanged} />}
    </li>
  );
}

function Acts({ mailbox: { id, address, state }, onChanged }: { mailbox: Mailbox; onChanged: () => void }) {
  const { mailboxes } = useAdmin();
  const onFailed = useTellFailure();
  const act = (work: Promise<unknown>): void => void work.then(onChanged, onFailed);
  return (
    <Menu
      tip="What can be done"
      trigger={<BareIconButton icon={Ellipsis} label={`What can be done with ${address}`} />}
    >
      {state.status === 'disconnected' ? (
        <>
          <MenuItem icon={PlugZap} onClick={() => act(mailboxes.connect(id))}>
            Connect
          </MenuItem>
          <MenuItem icon={Trash2} onClick={() => act(mailboxes.remove(id))}>
            Remove from this seat
          </MenuItem>
        </>
      ) : (
        <MenuItem icon={Unplug} onClick={() => act(mailboxes.disconnect(id))}>
          Disconnect
        </MenuItem>
      )}
    </Menu>
  );
}

const STATES = {
  connecting: 'Connecting',
  connected: 'Connected',
  failed: 'Not connected, tried again by itself',
  disconnected: 'Disconnected',
} as const;
