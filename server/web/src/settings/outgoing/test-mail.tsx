import type { OutgoingMail, TestMailAnswer } from '@latchbox/client/admin';
import { Send } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';

/** A mail to whoever presses, by the way that all mail without a mailbox's own server takes. */
export function TestMail({ found }: { found: OutgoingMail }) {
  const { outgoingMail } = useAdmin();
  const { busy, run, problem } = useSaving();
  const [answer, setAnswer] = useState<TestMailAnswer | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const from = formText(new FormData(event.currentTarget), 'from');
    setAnswer(null);
    void run(() => outgoingMail.test({ from }), setAnswer);
  };
  const wrong = problem();
  return (
    <Part title="Test mail">
      <form className="outgoing-test" aria-label="Test mail" onSubmit={submit}>
        <SelectField label="From" name="from" defaultValue={found.noticesFrom}>
          {found.senders.map((address) => (
            <option key={address} value={address}>
              {address}
            </option>
          ))}
        </SelectField>
        <Button type="submit" disabled={busy}>
          <Icon of={Send} size={16} />
          {busy ? 'Sending…' : 'Send it to me'}
        </Button>
      </form>
      <div role="status" aria-label="Answer to the test mail">
        {answer === null ? null : <Answer answer={answer} />}
      </div>
      {wrong === undefined ? null : <Notice tone="stop">{wrong}</Notice>}
    </Part>
  );
}

function Answer({ answer: { status, to, from, reason, signedBy } }: { answer: TestMailAnswer }) {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  switch (status) {
    case 'accepted':
      return (
        <Notice tone="good">
          The relay took it. It is on its way to <b>{to}</b>,{' '}
          {signedBy === null ? `not signed: no key signs for ${domain}.` : `signed by ${signedBy}.`}
        </Notice>
      );
    case 'refused':
      return (
        <Notice tone="stop">
          The relay refused it: <b>{reason}</b>
        </Notice>
      );
    case 'unreachable':
      return (
        <Notice tone="stop">
          It could not be handed over: <b>{reason}</b>
        </Notice>
      );
    case 'unknown':
      return <Notice tone="plain">The connection broke before the relay answered. It may arrive.</Notice>;
  }
}
