import { type FormEvent, useEffect, useState } from 'react';
import { errorWords } from '../lib/error-words.ts';
import { formText } from '../lib/form-text.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { NotSent } from './not-sent.tsx';
import { customer, type OwnThread } from './own-threads.ts';
import { type OpenInbox, openInboxes } from './simulator-api.ts';
import { useWriting } from './use-writing.ts';

/** Begins a conversation: to which inbox, from whom, about what. */
export function NewMessage({ onStarted }: { onStarted: (thread: OwnThread) => void }) {
  const inboxes = useInboxes();
  const { name, address } = useReadable(customer);
  const { busy, error, send } = useWriting();

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (busy || inboxes.list === null) return;
    const data = new FormData(event.currentTarget);
    const text = (field: string): string => formText(data, field).trim();
    const inbox = inboxes.list.find(({ apiCode }) => apiCode === text('inbox'));
    if (inbox === undefined) return;
    const from = { name: text('name'), address: text('address') };
    const subject = text('subject');
    customer.set({ ...customer.getSnapshot(), ...from });
    const begun = (token: string): void =>
      onStarted({ token, inboxCode: inbox.apiCode, inboxName: inbox.name, subject });
    void send({ inboxCode: inbox.apiCode, from, subject, body: text('body'), threadToken: null }, begun);
  };

  return (
    <form className="customer-page" onSubmit={submit}>
      <h1>Write a message</h1>
      <p>It arrives in the inbox you choose. What the team answers comes back here.</p>
      {inboxes.error === undefined ? null : <Notice tone="stop">{errorWords(inboxes.error)}</Notice>}
      <NotSent error={error} />
      <SelectField label="To" name="inbox" required>
        {(inboxes.list ?? []).map((inbox) => (
          <option key={inbox.id} value={inbox.apiCode}>
            {inbox.name}
          </option>
        ))}
      </SelectField>
      <div className="customer-pair">
        <TextField
          label="Your name"
          name="name"
          autoComplete="name"
          defaultValue={name}
          required
          maxLength={200}
        />
        <TextField
          label="Your address"
          name="address"
          type="email"
          autoComplete="email"
          defaultValue={address}
          required
        />
      </div>
      <TextField label="Subject" name="subject" required maxLength={500} />
      <TextArea label="Message" name="body" required rows={6} />
      <div className="customer-send">
        <Button type="submit" look="primary" size="large" aria-disabled={busy}>
          {busy ? 'Sending…' : 'Send'}
        </Button>
      </div>
    </form>
  );
}

interface Inboxes {
  readonly list: readonly OpenInbox[] | null;
  readonly error: unknown;
}

function useInboxes(): Inboxes {
  const [inboxes, setInboxes] = useState<Inboxes>({ list: null, error: undefined });
  useEffect(() => {
    const abort = new AbortController();
    openInboxes(abort.signal).then(
      (list) => setInboxes({ list, error: undefined }),
      (error: unknown) => {
        if (!abort.signal.aborted) setInboxes({ list: null, error });
      },
    );
    return () => abort.abort();
  }, []);
  return inboxes;
}
