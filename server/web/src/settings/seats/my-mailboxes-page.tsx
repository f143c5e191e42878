import '../mailboxes/mailboxes.css';
import './seats.css';
import type { Mailbox, MailboxRequest } from '@latchbox/client/admin';
import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMe } from '../../app/client.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../loaded.tsx';
import { EditMailbox } from '../mailboxes/edit-mailbox.tsx';
import { Page } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { ConfigureForm } from './configure-form.tsx';
import { type Mine, MyList } from './my-list.tsx';
import { RequestForm } from './request-form.tsx';
import { SwitchForm } from './switch-form.tsx';

type Doing =
  | { readonly what: 'request' }
  | { readonly what: 'configure'; readonly request: MailboxRequest }
  | { readonly what: 'edit' | 'switch'; readonly mailbox: Mailbox };

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
      lede="Mail accounts of your own. What comes there is in an inbox that nobody else sees."
      action={doing === null ? ask : undefined}
    >
      {doing?.what === 'request' ? <RequestForm onDone={done} onCancel={back} /> : null}
      {doing?.what === 'configure' ? (
        <ConfigureForm request={doing.request} onDone={done} onCancel={back} />
      ) : null}
      {doing?.what === 'edit' ? <EditMailbox mailbox={doing.mailbox} onDone={done} onCancel={back} /> : null}
      {doing?.what === 'switch' ? <SwitchForm mailbox={doing.mailbox} onDone={done} onCancel={back} /> : null}
      {doing === null ? (
        <Loaded asked={asked} what="Your mailboxes" onRetry={again}>
          {(mine) => (
            <MyList
              mine={mine}
              onChanged={again}
              onConfigure={(request) => setDoing({ what: 'configure', request })}
              onMailbox={(what, mailbox) => setDoing({ what, mailbox })}
            />
          )}
        </Loaded>
      ) : null}
    </Page>
  );
}

function useMine(me: string) {
  const { mailboxes, mailboxRequests, inboxes, personalInboxes, organisation } = useAdmin();
  return useAsked<Mine>(`my mailboxes ${me}`, async (signal) => {
    const [seat, all, requests, own, { adminsMayReadPersonal }] = await Promise.all([
      mailboxRequests.seat(me, { signal }),
      mailboxes.list(undefined, { signal }),
      mailboxRequests.list({}, { signal }),
      inboxes.list('mine', { signal }),
      organisation.get({ signal }),
    ]);
    const personal = own.filter(({ kind, capability }) => kind === 'personal' && capability === 'manage');
    const readings = await Promise.all(personal.map(({ id }) => personalInboxes.readings(id, { signal })));
    return {
      seat,
      requests,
      mailboxes: all.filter(({ ownerId }) => ownerId === me),
      readings: readings.flat(),
      adminsMayRead: adminsMayReadPersonal,
    };
  });
}
