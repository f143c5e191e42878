import '../mailboxes/mailboxes.css';
import './outgoing.css';
import type { OutgoingMail } from '@latchbox/client/admin';
import { Link } from '../../app/link.tsx';
import { Blank } from '../../ui/blank.tsx';
import { Loaded } from '../loaded.tsx';
import { Page, Part } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { Domains } from './domains.tsx';
import { RelayPart } from './relay-part.tsx';
import { TestMail } from './test-mail.tsx';

/** By what mail leaves that has no mailbox's own server, whether it can, and what receivers think of it (H4). */
export function OutgoingPage() {
  const { outgoingMail } = useAdmin();
  const { asked, again } = useAsked('outgoing', (signal) => outgoingMail.get({ signal }));
  return (
    <Page
      title="Outgoing mail"
      lede="By what mail leaves that does not go by a mailbox’s own server, and whether receivers can tell that it is yours. Nothing is sent by a check."
    >
      <Loaded asked={asked} what="Outgoing mail" onRetry={again}>
        {(found) => (
          <>
            {found.relay === null ? (
              <NoRelay found={found} />
            ) : (
              <>
                <RelayPart relay={found.relay} last={found.lastCheck} />
                <TestMail found={found} />
              </>
            )}
            <Domains found={found} onChanged={again} />
            <Others found={found} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function NoRelay({ found }: { found: OutgoingMail }) {
  return (
    <Blank picture="letter" title="No relay is set">
      <p>
        {found.mailboxes === 0
          ? 'Mail is made and kept, and none leaves this server.'
          : 'Only mailboxes with servers of their own send. Other mail is made and kept, and invitations are handed over by hand.'}
      </p>
      <p>
        Whoever runs the server sets <code>SMTP_URL</code> and starts it again.
      </p>
    </Blank>
  );
}

function Others({ found: { mailboxes } }: { found: OutgoingMail }) {
  if (mailboxes === 0) return null;
  return (
    <Part title="Mailboxes">
      <p>
        {mailboxes === 1
          ? 'One mailbox sends by a server of its own'
          : `${mailboxes} mailboxes send by servers of their own`}
        ; each has its check under{' '}
        <Link className="link" href={settingsPath('mailboxes')}>
          Mailboxes
        </Link>
        .
      </p>
    </Part>
  );
}
