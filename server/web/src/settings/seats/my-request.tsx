import type { MailboxRequest } from '@latchbox/client/admin';
import { type FormEvent, useState } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { stateWords } from './request-words.ts';

interface MyRequestProps {
  request: MailboxRequest;
  onChanged: () => void;
  onConfigure: (request: MailboxRequest) => void;
}

/** One request of mine: how far it is, and what I can do about it. */
export function MyRequest({ request, onChanged, onConfigure }: MyRequestProps) {
  const { mailboxRequests } = useAdmin();
  const { busy, problem, run } = useSaving();
  const { id, address, state, codeUntil } = request;
  const act = (work: () => Promise<unknown>): void => void run(work, onChanged);
  const [typed, setTyped] = useState(false);
  const prove = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const code = formText(new FormData(event.currentTarget), 'code');
    act(() => mailboxRequests.prove(id, code));
  };
  const wrong = problem();
  return (
    <li className="seat-request">
      <div className="grow">
        <b>{address}</b>
        <small>{stateWords(request)}</small>
        {state === 'requested' && (codeUntil !== null || typed) ? (
          <form className="seat-code" onSubmit={prove} aria-label={`Code for ${address}`}>
            <TextField
              label="Code"
              name="code"
              autoComplete="one-time-code"
              required
              hint="It was mailed to the address."
            />
            <Button type="submit" look="primary" disabled={busy}>
              Prove it
            </Button>
          </form>
        ) : null}
        {wrong === undefined ? null : <Notice tone="stop">{wrong}</Notice>}
      </div>
      {state === 'approved' ? (
        <Button look="primary" onClick={() => onConfigure(request)}>
          Connect it
        </Button>
      ) : null}
      {state === 'requested' ? (
        <Button
          disabled={busy}
          onClick={() =>
            act(async () => {
              await mailboxRequests.sendCode(id);
              setTyped(true);
            })
          }
        >
          {codeUntil === null ? 'Send a code' : 'Send another code'}
        </Button>
      ) : null}
      {state === 'approved' || state === 'requested' ? (
        <Button look="quiet" disabled={busy} onClick={() => act(() => mailboxRequests.withdraw(id))}>
          Withdraw
        </Button>
      ) : null}
    </li>
  );
}
