import './to/to.css';
import type { ConversationRow, PreparedReply } from '@latchbox/client';
import { Users } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { addressBeside } from '../lib/people.ts';
import { Icon } from '../ui/icon.tsx';
import { FromChoice } from './from-choice.tsx';
import { recipientName } from './to/addresses.ts';
import type { AddressingState } from './to/use-addressing.ts';

const RecipientsFields = lazy(async () => ({
  default: (await import('./to/recipients-fields.tsx')).RecipientsFields,
}));

interface AddressProps {
  row: ConversationRow;
  inboxName: string;
  addressing: AddressingState;
  text: string;
}

/** From where a reply goes, and to whom: everybody who gets it stands here before it is sent. */
export function Address({ row, inboxName, addressing, text }: AddressProps) {
  const { now, prepared, change } = addressing;
  const isMail = row.channel === 'email';
  const all = prepared?.all;
  const several = all !== undefined && all.to.length + all.cc.length > 1;
  return (
    <div className={`composer-address ${now.shown ? 'composer-address-open' : ''}`}>
      <div className="address-line">
        <FromChoice
          row={row}
          inboxName={inboxName}
          choices={prepared?.from ?? []}
          from={now.from}
          text={text}
          onChoose={(from) => change({ from })}
        />
        {now.shown && isMail ? <span className="grow" /> : <Summary row={row} addressing={addressing} />}
        {several ? (
          <button
            type="button"
            className="to-all"
            aria-pressed={now.mode === 'all'}
            onClick={() => change({ mode: now.mode === 'all' ? 'contact' : 'all' })}
          >
            <Icon of={Users} size={14} />
            Reply to all
          </button>
        ) : null}
        {isMail ? (
          <button
            type="button"
            className="to-all"
            aria-expanded={now.shown}
            onClick={() => change({ shown: !now.shown })}
          >
            Cc Bcc
          </button>
        ) : null}
      </div>
      {now.shown && isMail ? (
        <Suspense>
          <RecipientsFields addressing={addressing} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** Everybody who gets it, in a line. */
function Summary({ row, addressing: { now, people } }: Pick<AddressProps, 'row' | 'addressing'>) {
  const { to, cc, bcc } = people;
  if (now.mode === 'contact') {
    return (
      <span className="cut grow" title={row.contact.address}>
        To <b>{row.contact.name}</b> {addressBeside(row.contact)}
      </span>
    );
  }
  const lines = [
    ['To', to],
    ['Cc', cc],
    ['Bcc', bcc],
  ] as const;
  return (
    <span className="cut grow" title={[...to, ...cc, ...bcc].map(({ address }) => address).join(', ')}>
      {lines.map(([label, some]) =>
        some.length === 0 ? null : (
          <span key={label}>
            {label} <b>{some.map(recipientName).join(', ')}</b>{' '}
          </span>
        ),
      )}
    </span>
  );
}

/** What is put below the text when it leaves. */
export function Signature({ prepared }: { prepared: PreparedReply | null }) {
  const body = prepared?.signature?.body.trim() ?? '';
  if (body === '') return null;
  return (
    <p className="signature" title={body}>
      <span className="said">Signature: </span>
      {body}
    </p>
  );
}
