import '../mailboxes/mailboxes.css';
import './seats.css';
import type { MailboxRequest } from '@latchbox/client/admin';
import { useState } from 'react';
import { fullTime } from '../../lib/time-words.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { Page, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { stateWords } from './request-words.ts';

/** What waits for an admin, and what was decided (O2, O3). */
export function MailboxRequestsPage() {
  const { mailboxRequests } = useAdmin();
  const { asked, again } = useAsked('mailbox requests', (signal) =>
    mailboxRequests.list({ scope: 'all' }, { signal }),
  );
  return (
    <Page
      title="Mailbox requests"
      lede="Addresses that people want as mailboxes of their own, and that nothing tells to be theirs. Give a reason: it is kept, and a refusal’s is told."
    >
      <Loaded asked={asked} what="The requests" onRetry={again}>
        {(all) => <Lists all={all} onChanged={again} />}
      </Loaded>
    </Page>
  );
}

function Lists({ all, onChanged }: { all: readonly MailboxRequest[]; onChanged: () => void }) {
  const waiting = all.filter(({ state }) => state === 'requested');
  const decided = all.filter(({ state }) => state !== 'requested');
  return (
    <>
      {waiting.length === 0 ? (
        <Blank picture="letter" title="Nothing waits for you">
          <p>Whoever asks for an address that is plainly their own needs nobody’s approval.</p>
        </Blank>
      ) : (
        <Part title="Waiting">
          <ul className="settings-list" aria-label="Waiting requests">
            {waiting.map((request) => (
              <Waiting key={request.id} request={request} onChanged={onChanged} />
            ))}
          </ul>
        </Part>
      )}
      {decided.length === 0 ? null : (
        <Part title="Decided">
          <ul className="settings-list" aria-label="Decided requests">
            {decided.map((request) => (
              <Decided key={request.id} request={request} />
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

interface RowProps {
  request: MailboxRequest;
  onChanged: () => void;
}

function About({ request }: { request: MailboxRequest }) {
  const { address, owner, requestedBy, via, note, createdAt } = request;
  const by = requestedBy.id === owner.id ? '' : `, asked for by ${requestedBy.name}`;
  return (
    <>
      <b>{address}</b> <span className="hint">for {owner.name}</span>
      <small>
        {fullTime(createdAt)}
        {by}
        {via === 'mail' ? ', by mail' : ''}
        {note === '' ? '' : `: “${note}”`}
      </small>
    </>
  );
}

function Waiting({ request, onChanged }: RowProps) {
  const { mailboxRequests } = useAdmin();
  const { busy, problem, wrong, run } = useSaving();
  const [reason, setReason] = useState('');
  const { id, address } = request;
  const act = (work: () => Promise<unknown>): void => void run(work, onChanged);
  const refused = problem('reason');
  return (
    <li className="seat-request">
      <div className="grow">
        <About request={request} />
        <div className="seat-decide">
          <TextField
            label={`Reason for ${address}`}
            value={reason}
            maxLength={1_000}
            error={wrong('reason')}
            onChange={({ target }) => setReason(target.value)}
          />
          {refused === undefined ? null : <Notice tone="stop">{refused}</Notice>}
          <div className="seat-decide-buttons">
            <Button
              look="primary"
              disabled={busy}
              onClick={() =>
                act(() => mailboxRequests.approve(id, reason.trim() === '' ? undefined : reason))
              }
            >
              Approve
            </Button>
            <Button disabled={busy} onClick={() => act(() => mailboxRequests.decline(id, reason))}>
              Decline
            </Button>
          </div>
        </div>
      </div>
    </li>
  );
}

function Decided({ request }: Pick<RowProps, 'request'>) {
  const { decidedBy, reason, state } = request;
  const why = reason === null || state === 'declined' ? '' : `: ${reason}`;
  return (
    <li>
      <div className="grow">
        <About request={request} />
        <small>
          {stateWords(request)}
          {why}
          {decidedBy === null ? '' : ` (${decidedBy.name})`}
        </small>
      </div>
    </li>
  );
}
