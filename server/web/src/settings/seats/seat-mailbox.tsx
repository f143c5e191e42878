import type { MailboxSeat } from '@latchbox/client/admin';

/** A mailbox of a seat, for whoever does not manage it: its address and how it stands. */
export function SeatMailbox({ mailbox: { address, state } }: { mailbox: MailboxSeat['mailboxes'][number] }) {
  return (
    <li className="mailbox">
      <span className={`mailbox-dot mailbox-${state.status}`} aria-hidden="true" />
      <div className="grow">
        <b>{address}</b>
        <small>{STATES[state.status]}</small>
      </div>
    </li>
  );
}

const STATES = {
  connecting: 'Connecting',
  connected: 'Connected',
  failed: 'Not connected, tried again by itself',
  disconnected: 'Disconnected',
} as const;
