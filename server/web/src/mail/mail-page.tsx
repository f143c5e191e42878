import '../filters/filters.css';
import './mail.css';
import { Menu } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from '../app/link.tsx';
import { useNow } from '../app/use-now.ts';
import { navigate, usePath } from '../app/router.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { usePhone } from '../lib/is-phone.ts';
import { fullTime, shortTime } from '../lib/time-words.ts';
import { useDelayed } from '../lib/use-delayed.ts';
import { ListSkeleton } from '../list/list-skeleton.tsx';
import { OneInboxFilter } from '../filters/inbox-filter.tsx';
import { MAIL, Nav } from '../nav/nav.tsx';
import { Blank, Failed } from '../ui/blank.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { deliveryWords } from './delivery-words.ts';
import { OneMail } from './one-mail.tsx';
import { type LeftMail, useMails } from './use-mails.ts';

/** Mail that left: what was made of replies, byte for byte, and how it fared. */
export function MailPage() {
  const id = usePath().split('/').at(2) ?? null;
  const [menu, setMenu] = useState(false);
  const phone = usePhone();
  const [inboxId, setInboxId] = useState<string>();
  const { mails, leaves, more, status, error, retry } = useMails(inboxId);
  useEffect(() => {
    document.title = 'Mail that left — Latchbox';
  }, []);
  useShortcut('back', id === null ? null : () => navigate(MAIL));
  return (
    <div className="app mail-page" data-open={id !== null} data-menu={menu} data-details="false">
      <Nav view={null} mail onClose={() => setMenu(false)} onChosen={() => setMenu(false)} />
      <section className="list" aria-label="Mails" role={phone && id === null ? 'main' : undefined}>
        <header className="list-head">
          <IconButton icon={Menu} label="Menu" className="only-narrow" onClick={() => setMenu(true)} />
          <h1>Mail that left</h1>
        </header>
        <div className="filters" role="group" aria-label="Filter">
          <OneInboxFilter value={inboxId} onChange={setInboxId} />
          <span className="hint">
            {leaves === false ? 'Kept here: no relay is set, nothing leaves this server' : 'Newest first'}
          </span>
        </div>
        {status === 'failed' && mails.length === 0 ? (
          <Failed title="The mails did not load" error={error} onRetry={retry} />
        ) : (
          <Mails key={inboxId} mails={mails} loading={status === 'loading'} openId={id} more={more} />
        )}
      </section>
      {id === null ? (
        <main className="thread">
          <Blank picture="letter" title="No mail chosen">
            <p>Pick one to see its headers and its text.</p>
          </Blank>
        </main>
      ) : (
        <OneMail key={id} id={id} />
      )}
    </div>
  );
}

interface MailsProps {
  mails: readonly LeftMail[];
  loading: boolean;
  openId: string | null;
  more: (() => void) | null;
}

function Mails({ mails, loading, openId, more }: MailsProps) {
  const late = useDelayed(loading && mails.length === 0);
  if (loading && mails.length === 0) return late ? <ListSkeleton /> : <div className="list-rows" />;
  if (mails.length === 0) {
    return (
      <Blank picture="letter" title="No mail has left yet">
        <p>Replies in inboxes with a mail address appear here as they leave.</p>
      </Blank>
    );
  }
  return (
    <div className="list-rows">
      <ul className="mails" aria-label="Mail that left">
        {mails.map((mail) => (
          <li key={mail.id}>
            <MailRow mail={mail} open={mail.id === openId} />
          </li>
        ))}
        {more === null ? null : (
          <li className="mails-more">
            <Button size="small" look="quiet" onClick={more}>
              {loading ? 'Loading…' : 'Show older ones'}
            </Button>
          </li>
        )}
      </ul>
    </div>
  );
}

function MailRow({ mail, open }: { mail: LeftMail; open: boolean }) {
  const now = useNow();
  const { words, bad } = deliveryWords(mail.delivery);
  return (
    <Link className="row mail-row" href={`${MAIL}/${mail.id}`} aria-current={open ? 'true' : undefined}>
      <span className="row-words">
        <span className="row-line">
          <span className="row-name cut">{mail.recipients.join(', ')}</span>
          <time dateTime={new Date(mail.at).toISOString()} title={fullTime(mail.at)}>
            {shortTime(mail.at, now)}
          </time>
        </span>
        <span className="row-line">
          <span className="row-subject cut">{mail.subject}</span>
        </span>
        <span className="row-line">
          <span className="row-preview cut">By {mail.author}</span>
          <span className={bad ? 'mail-bad' : 'hint'}>{words}</span>
        </span>
      </span>
    </Link>
  );
}
