import type { LatchboxClient } from '@latchbox/client';
import { ArrowLeft, Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { Failure, useFailure } from '../app/failure.tsx';
import { Link } from '../app/link.tsx';
import { navigate } from '../app/router.ts';
import { Files } from '../files/files.tsx';
import { sizeWords } from '../files/file-words.ts';
import { download } from '../lib/download.ts';
import { clockTime, fullTime } from '../lib/time-words.ts';
import { useDelayed } from '../lib/use-delayed.ts';
import { MAIL } from '../nav/nav.tsx';
import { Blank } from '../ui/blank.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { errorWords } from '../lib/error-words.ts';
import { deliveryWords } from './delivery-words.ts';

type Mail = Awaited<ReturnType<LatchboxClient['mail']>>;

/** One mail that left: its headers, its text, and every attempt to hand it over. */
export function OneMail({ id }: { id: string }) {
  const client = useClient();
  const { mail, error } = useMail(id);
  const { onFailed, words } = useFailure();
  const save = (): void => {
    client.rawMail(id).then((file) => download(file, `${id}.eml`), onFailed);
  };
  const late = useDelayed(mail === null && error === undefined);
  if (mail === null) {
    return (
      <main className="thread">
        {error === undefined ? (
          <p className="hint mail-wait">{late ? 'Loading…' : ''}</p>
        ) : (
          <Blank picture="keyhole" title="This mail is not here">
            <p>{errorWords(error)}</p>
          </Blank>
        )}
      </main>
    );
  }
  return (
    <main className="thread">
      <header className="thread-head">
        <IconButton
          icon={ArrowLeft}
          label="Back to the list"
          className="only-phone"
          onClick={() => navigate(MAIL)}
        />
        <div className="thread-title">
          <h1 className="cut">{mail.subject}</h1>
          <p>
            <span className="cut">To {mail.recipients.join(', ')}</span>
            <span className="num">{sizeWords(mail.size)}</span>
          </p>
        </div>
        <Button size="small" onClick={save}>
          <Icon of={Download} size={16} />
          Download
        </Button>
      </header>
      <section className="mail-body" aria-label="Mail" tabIndex={0}>
        <Fate mail={mail} />
        <dl className="mail-headers">
          {mail.headers.map(({ name, value }, at) => (
            <div key={at}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <pre className="mail-text">{mail.text}</pre>
        <Files files={mail.attachments} />
      </section>
      <Failure words={words} />
    </main>
  );
}

/** Who wrote it, where it belongs, and what became of it. */
function Fate({ mail }: { mail: Mail }) {
  const { words, bad } = deliveryWords(mail.delivery);
  const path = `/inbox/${mail.inboxId}/c/${mail.conversationId}`;
  return (
    <div className="mail-fate">
      <p>
        <b className={bad ? 'mail-bad' : ''}>{words}</b>
        {mail.delivery.state === 'failed' ? `: ${mail.delivery.reason}` : ''}. Written by {mail.author},{' '}
        {fullTime(mail.at)}.{' '}
        <Link className="link" href={path}>
          Open the conversation
        </Link>
      </p>
      {mail.attempts.length === 0 ? null : (
        <ol>
          {mail.attempts.map(({ at, outcome, error }) => (
            <li key={at}>
              <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time> {attemptWords(outcome)}
              {error === null ? '' : `: ${error}`}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function attemptWords(outcome: Mail['attempts'][number]['outcome']): string {
  if (outcome === null) return 'handed over, and nobody knows whether it was taken';
  return {
    accepted: 'taken by the relay',
    refused: 'refused by the relay',
    unreachable: 'the relay was not reached',
  }[outcome];
}

function useMail(id: string): { mail: Mail | null; error: unknown } {
  const client = useClient();
  const [state, setState] = useState<{ mail: Mail | null; error: unknown }>({ mail: null, error: undefined });
  useEffect(() => {
    let over = false;
    client.mail(id).then(
      (mail) => (over ? undefined : setState({ mail, error: undefined })),
      (error: unknown) => (over ? undefined : setState({ mail: null, error })),
    );
    return () => {
      over = true;
    };
  }, [client, id]);
  return state;
}
