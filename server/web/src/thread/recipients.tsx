import type { Delivery, MailOut } from '@latchbox/client';
import { Check, CheckCheck, Clock, TriangleAlert } from 'lucide-react';
import { Icon } from '../ui/icon.tsx';

type Recipient = NonNullable<Extract<Delivery, { state: 'sent' }>['recipients']>[number];

/** Whom else a reply went to: nothing where it is the contact alone, unless it is `always` said. */
export function ReplyTo({ mail, always = false }: { mail: MailOut | undefined; always?: boolean }) {
  if (mail === undefined) return null;
  const { to, cc = [], bcc = [] } = mail;
  if (!always && to.length + cc.length + bcc.length < 2) return null;
  const lines = [
    ['To', to],
    ['Cc', cc],
    ['Bcc', bcc],
  ] as const;
  return (
    <p className="reply-to">
      {lines.map(([kind, people]) =>
        people.length === 0 ? null : (
          <span key={kind}>
            {kind} <b>{people.map(({ name, address }) => name || address).join(', ')}</b>
          </span>
        ),
      )}
    </p>
  );
}

const STATES = {
  queued: { icon: Clock, words: 'On its way' },
  sent: { icon: Check, words: 'Sent' },
  delayed: { icon: Clock, words: 'Late' },
  delivered: { icon: CheckCheck, words: 'Delivered' },
  failed: { icon: TriangleAlert, words: 'Not delivered' },
} as const;

/** How far a reply got to each of several; the ones that need a look first. */
export function EachRecipient({ recipients }: { recipients: readonly Recipient[] | undefined }) {
  if (recipients === undefined || recipients.length < 2) return null;
  const bad = ({ state }: Recipient): boolean => state === 'failed' || state === 'delayed';
  return (
    <ul className="each-recipient" aria-label="Each recipient">
      {[...recipients.filter(bad), ...recipients.filter((one) => !bad(one))].map((one) => (
        <li key={one.address} className={one.state === 'failed' ? 'bubble-bad' : ''}>
          <Icon of={STATES[one.state].icon} size={15} />
          <p>
            <b>{one.address}</b> {STATES[one.state].words}
            {one.reason === undefined ? '' : `: ${one.reason}`}
          </p>
        </li>
      ))}
    </ul>
  );
}
