import type { Mailbox, MailboxRequest, MailboxSeat, PersonalReading } from '@latchbox/client/admin';
import { fullTime } from '../../lib/time-words.ts';
import { Blank } from '../../ui/blank.tsx';
import { MailboxRow } from '../mailboxes/mailbox-row.tsx';
import { Masters } from '../masters/masters.tsx';
import { Part } from '../page.tsx';
import { MyRequest } from './my-request.tsx';
import { SeatMailbox } from './seat-mailbox.tsx';

export interface Mine {
  readonly seat: MailboxSeat;
  readonly mailboxes: readonly Mailbox[];
  readonly requests: readonly MailboxRequest[];
  readonly readings: readonly PersonalReading[];
  /** Whether the organisation lets admins open my inboxes to read them. */
  readonly adminsMayRead: boolean;
}

interface ListProps {
  mine: Mine;
  onChanged: () => void;
  onConfigure: (request: MailboxRequest) => void;
  onMailbox: (what: 'edit' | 'switch', mailbox: Mailbox) => void;
}

/** How many decided against are still shown. */
const MOST_DECLINED = 3;

/** My mailboxes, my requests, where answers arrive, and who read here. */
export function MyList({ mine, onChanged, onConfigure, onMailbox }: ListProps) {
  const { seat, mailboxes, requests, readings, adminsMayRead } = mine;
  const open = requests.filter(({ state }) => state === 'requested' || state === 'approved');
  const over = requests.filter(({ state }) => state === 'declined').slice(0, MOST_DECLINED);
  // In a shared inbox that somebody else manages.
  const elsewhere = seat.mailboxes.filter(({ id }) => mailboxes.every((one) => one.id !== id));
  if (seat.mailboxes.length + open.length + over.length === 0) {
    return (
      <Blank picture="letter" title="You have no mailbox yet">
        <p>Request one: an address that is plainly yours is approved at once.</p>
      </Blank>
    );
  }
  return (
    <>
      <Part title="Connected" hint={placesOf(seat)}>
        {seat.mailboxes.length === 0 ? (
          <p className="hint">None yet.</p>
        ) : (
          <ul className="settings-list" aria-label="My mailboxes">
            {mailboxes.map((mailbox) => (
              <MailboxRow
                key={mailbox.id}
                mailbox={mailbox}
                onEdit={() => onMailbox('edit', mailbox)}
                switching={{ words: 'Move to a shared inbox', run: () => onMailbox('switch', mailbox) }}
                onChanged={onChanged}
              />
            ))}
            {elsewhere.map((mailbox) => (
              <SeatMailbox key={mailbox.id} mailbox={mailbox} />
            ))}
          </ul>
        )}
      </Part>
      {open.length + over.length === 0 ? null : (
        <Part title="Requested">
          <ul className="settings-list" aria-label="My requests">
            {[...open, ...over].map((request) => (
              <MyRequest key={request.id} request={request} onChanged={onChanged} onConfigure={onConfigure} />
            ))}
          </ul>
        </Part>
      )}
      {seat.mailboxes.length < 2 ? null : (
        <Part
          title="Masters"
          hint="Mail goes out from the mailbox on the left, and asks for its answers at the one on the right, its master."
        >
          <Masters of={{ scope: 'mine' }} empty={null} />
        </Part>
      )}
      <Readings readings={readings} adminsMayRead={adminsMayRead} />
    </>
  );
}

/** How many places of a seat are taken, and who gives more. */
export function placesOf({ used, limit }: Pick<MailboxSeat, 'used' | 'limit'>): string {
  if (used === 0 && limit === 0) return 'None can be connected until an admin grants a place.';
  const taken = `${used} of ${limit} places taken`;
  return used < limit ? taken : `${taken}. An admin can grant more.`;
}

function Readings({ readings, adminsMayRead }: Pick<Mine, 'readings' | 'adminsMayRead'>) {
  if (readings.length === 0 && !adminsMayRead) return null;
  return (
    <Part
      title="Who read here"
      hint={
        adminsMayRead
          ? 'Your organisation lets admins open your inbox to read it, with a reason. You are told, and it stands here.'
          : undefined
      }
    >
      {readings.length === 0 ? (
        <p className="hint">Nobody.</p>
      ) : (
        <ul className="settings-list" aria-label="Who read my personal inboxes">
          {readings.map(({ id, by, reason, from, endedAt }) => (
            <li key={id}>
              <div className="grow">
                <b>{by.name}</b>
                <small>
                  {fullTime(from)}
                  {endedAt === null ? ', open now' : ''}: {reason}
                </small>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}
