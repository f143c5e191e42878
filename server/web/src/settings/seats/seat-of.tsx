import '../mailboxes/mailboxes.css';
import './seats.css';
import type { MailboxRequest, MailboxSeat } from '@latchbox/client/admin';
import { type FormEvent, useState } from 'react';
import { formText } from '../../lib/form-text.ts';
import { fullTime } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loaded } from '../loaded.tsx';
import { Masters } from '../masters/masters.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { placesOf } from './my-list.tsx';
import { RequestForm } from './request-form.tsx';
import { stateWords } from './request-words.ts';
import { SeatMailbox } from './seat-mailbox.tsx';

interface SeatOfProps {
  person: { readonly id: string; readonly name: string };
}

interface Found {
  readonly seat: MailboxSeat;
  readonly requests: readonly MailboxRequest[];
}

/** What somebody has of mailboxes, may have and asked for: for admins, on that person's page (O1, A4). */
export function SeatOf({ person }: SeatOfProps) {
  const { mailboxRequests } = useAdmin();
  const { id } = person;
  const { asked, again } = useAsked<Found>(`seat ${id}`, async (signal) => {
    const [seat, requests] = await Promise.all([
      mailboxRequests.seat(id, { signal }),
      mailboxRequests.list({ owner: id }, { signal }),
    ]);
    return { seat, requests: requests.filter(({ state }) => state === 'requested' || state === 'approved') };
  });
  return (
    <Loaded asked={asked} what="The mailboxes" onRetry={again}>
      {(found) => <Seat person={person} found={found} onChanged={again} />}
    </Loaded>
  );
}

function Seat({ person, found, onChanged }: SeatOfProps & { found: Found; onChanged: () => void }) {
  const { seat, requests } = found;
  const [asking, setAsking] = useState(false);
  const done = (): void => {
    setAsking(false);
    onChanged();
  };
  if (asking) return <RequestForm owner={person} onDone={done} onCancel={() => setAsking(false)} />;
  return (
    <>
      <Part title="Mailboxes" hint={placesOf(seat)}>
        {seat.mailboxes.length + requests.length === 0 ? null : (
          <ul className="settings-list" aria-label={`Mailboxes of ${person.name}`}>
            {seat.mailboxes.map((mailbox) => (
              <SeatMailbox key={mailbox.id} mailbox={mailbox} onChanged={onChanged} />
            ))}
            {requests.map((request) => (
              <li key={request.id}>
                <div className="grow">
                  <b>{request.address}</b>
                  <small>{stateWords(request)}</small>
                </div>
              </li>
            ))}
          </ul>
        )}
        <p className="seat-ask">
          <Button onClick={() => setAsking(true)}>Request a mailbox for {person.name}</Button>
        </p>
      </Part>
      <Contract key={JSON.stringify(seat.granted)} person={person} seat={seat} onChanged={onChanged} />
      {seat.mailboxes.length < 2 ? null : (
        <Part title="Masters">
          <Masters of={{ owner: person.id }} empty={null} />
        </Part>
      )}
    </>
  );
}

interface ContractProps extends SeatOfProps {
  seat: MailboxSeat;
  onChanged: () => void;
}

function Contract({ person, seat: { limit, granted }, onChanged }: ContractProps) {
  const { mailboxRequests } = useAdmin();
  const { busy, problem, wrong, run } = useSaving();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const next = { limit: Number(formText(data, 'limit')), contract: formText(data, 'contract').trim() };
    void run(() => mailboxRequests.grant(person.id, next), onChanged);
  };
  return (
    <Part title="Limit by contract" hint={grantedWords(granted)}>
      <form aria-label="Limit by contract" onSubmit={submit}>
        <div className="settings-fields">
          <TextField
            label="How many mailboxes"
            name="limit"
            type="number"
            min={0}
            max={100}
            required
            defaultValue={limit}
            error={wrong('granted.limit')}
          />
          <TextField
            label="Contract"
            name="contract"
            required
            maxLength={200}
            defaultValue={granted?.contract ?? ''}
            hint="By which it is granted: stands in the audit."
            error={wrong('granted.contract')}
          />
        </div>
        <Foot saved={false} problem={problem('granted.limit', 'granted.contract')}>
          {granted === null ? null : (
            <Button
              look="quiet"
              disabled={busy}
              onClick={() => void run(() => mailboxRequests.grant(person.id, null), onChanged)}
            >
              As everybody
            </Button>
          )}
          <Button type="submit" disabled={busy}>
            Grant it
          </Button>
        </Foot>
      </form>
    </Part>
  );
}

function grantedWords(granted: MailboxSeat['granted']): string {
  if (granted === null) return 'As everybody: Settings › General says how many.';
  const by = granted.by === null ? '' : ` by ${granted.by.name}`;
  return `Granted${by}, ${fullTime(granted.at)}.`;
}
