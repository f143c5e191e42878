import type { MessageEntry } from './message-entry.ts';

type Facts = NonNullable<MessageEntry['mail']>;

/** Who the mail is from, and to whom it went. */
export function MailDetails({
  mail,
}: {
  mail: Pick<Facts, 'from' | 'to' | 'subject'> & { cc?: Facts['cc'] };
}) {
  const { from, to, cc = [], subject } = mail;
  return (
    <dl className="facts mail-details">
      <dt>From</dt>
      <dd>{addresses([from])}</dd>
      <dt>To</dt>
      <dd>{addresses(to)}</dd>
      {cc.length === 0 ? null : (
        <>
          <dt>Cc</dt>
          <dd>{addresses(cc)}</dd>
        </>
      )}
      <dt>Subject</dt>
      <dd>{subject === '' ? 'None' : subject}</dd>
    </dl>
  );
}

function addresses(list: readonly Facts['from'][]): string {
  if (list.length === 0) return 'Nobody named';
  return list.map(({ name, address }) => (name === '' ? address : `${name} <${address}>`)).join(', ');
}
