import '../mailboxes/mailboxes.css';
import './seats.css';
import type { Mailbox, MailboxRequest, MailboxSeat, PersonalReading } from '@latchbox/client/admin';
import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMe } from '../../app/client.ts';
import { fullTime } from '../../lib/time-words.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../loaded.tsx';
import { EditMailbox } from '../mailboxes/edit-mailbox.tsx';
import { MailboxRow } from '../mailboxes/mailbox-row.tsx';
import { Page, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { ConfigureForm } from './configure-form.tsx';
import { MyRequest } from './my-request.tsx';
import { RequestForm } from './request-form.tsx';

interface Mine {
  readonly seat: MailboxSeat;
  readonly mailboxes: readonly Mailbox[];
  readonly requests: readonly MailboxRequest[];
  readonly readings: readonly PersonalReading[];
}

type Doing =
  | { readonly what: 'request' }
  | { readonly what: 'configure'; readonly request: MailboxRequest }
  | { readonly what: 'edit'; readonly mailbox: Mailbox };

/** How often (ms) mailboxes are looked at again while one of them is on its way. */
const AGAIN = 2_000;

/** Mailboxes of one's own: asked for, connected, watched (O1, O3, H1). */
export function MyMailboxesPage() {
  const me = useMe();
  return me === null ? null : <OfMine me={me.id} />;
}

function OfMine({ me }: { me: string }) {
  const { asked, again } = useMine(me);
  const [doing, setDoing] = useState<Doing | null>(null);
  const moves =
    asked.state === 'ready' && asked.value.mailboxes.some(({ state }) => state.status === 'connecting');
  useEffect(() => {
    if (!moves) return undefined;
    const timer = setInterval(again, AGAIN);
    return () => clearInterval(timer);
  }, [moves, again]);
  const done = (): void => {
    setDoing(null);
    again();
  };
  const back = (): void => setDoing(null);
  const ask = (
    <Button look="primary" onClick={() => setDoing({ what: 'request' })}>
      <Icon of={Plus} size={16} />
      Request a mailbox
    </Button>
  );
  return (
    <Page
      title="My mailboxes"
      lede="Mail accounts of your own. What comes there is in an inbox that nobody else sees, admins neither."
      action={doing === null ? ask : undefined}
    >
      {doing?.what === 'request' ? <RequestForm onDone={done} onCancel={back} /> : null}
      {doing?.what === 'configure' ? (
        <ConfigureForm request={doing.request} onDone={done} onCancel={back} />
      ) : null}
      {doing?.what === 'edit' ? <EditMailbox mailbox={doing.mailbox} onDone={done} onCancel={back} /> : null}
      {doing === null ? (
        <Loaded asked={asked} what="Your mailboxes" onRetry={again}>
          {(mine) => (
            <List
              mine={mine}
              onChanged={again}
              onConfigure={(request) => setDoing({ what: 'configure', request })}
              onEdit={(mailbox) => setDoing({ what: 'edit', mailbox })}
            />
          )}
        </Loaded>
      ) : null}
    </Page>
  );
}

function useMine(me: string) {
  const { mailboxes, mailboxRequests, inboxes, personalInboxes } = useAdmin();
  return useAsked<Mine>(`my mailboxes ${me}`, async (signal) => {
    const [seat, all, requests, own] = await Promise.all([
      mailboxRequests.seat(me, { signal }),
      mailboxes.list(undefined, { signal }),
      mailboxRequests.list({}, { signal }),
      inboxes.list('mine', { signal }),
    ]);
    const personal = own.filter(({ kind, capability }) => kind === 'personal' && capability === 'manage');
    const readings = await Promise.all(personal.map(({ id }) => personalInboxes.readings(id, { signal })));
    return {
      seat,
      requests,
      mailboxes: all.filter(({ ownerId }) => ownerId === me),
      readings: readings.flat(),
    };
  });
}

interface ListProps {
  mine: Mine;
  onChanged: () => void;
  onConfigure: (request: MailboxRequest) => void;
  onEdit: (mailbox: Mailbox) => void;
}

function List({ mine: { seat, mailboxes, requests, readings }, onChanged, onConfigure, onEdit }: ListProps) {
  const open = requests.filter(({ state }) => state === 'requested' || state === 'approved');
  const over = requests.filter(({ state }) => state === 'declined').slice(0, 3);
  if (mailboxes.length + open.length + over.length === 0) {
    return (
      <Blank picture="letter" title="You have no mailbox yet">
        <p>Request one: an address that is told to be yours is approved at once.</p>
      </Blank>
    );
  }
  return (
    <>
      <Part title="Connected" hint={`${seat.used} of ${seat.limit} places taken`}>
        {mailboxes.length === 0 ? (
          <p className="hint">None yet.</p>
        ) : (
          <ul className="settings-list" aria-label="My mailboxes">
            {mailboxes.map((mailbox) => (
              <MailboxRow
                key={mailbox.id}
                mailbox={mailbox}
                onEdit={() => onEdit(mailbox)}
                onChanged={onChanged}
              />
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
      {readings.length === 0 ? null : <Readings readings={readings} />}
    </>
  );
}

function Readings({ readings }: { readings: readonly PersonalReading[] }) {
  return (
    <Part title="Who read here">
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
    </Part>
  );
}
