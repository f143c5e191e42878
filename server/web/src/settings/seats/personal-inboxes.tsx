import type { PersonalInbox } from '@latchbox/client/admin';
import { useState } from 'react';
import { useClient, useMe } from '../../app/client.ts';
import { useReadable } from '../../lib/use-readable.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';

/** Whose personal inboxes there are, to open one with a reason (H1). */
export function PersonalInboxes() {
  const { personalInboxes } = useAdmin();
  const me = useMe();
  const { asked, again } = useAsked('personal inboxes', (signal) => personalInboxes.list({ signal }));
  return (
    <div className="seat-apart">
      <Part
        title="Open a personal inbox"
        hint="It closes by itself after an hour. The owner is told at once."
      >
        <Loaded asked={asked} what="The personal inboxes" onRetry={again}>
          {(all) => {
            const others = all.filter(({ owner }) => owner.id !== me?.id);
            return others.length === 0 ? (
              <p className="hint">Nobody else has one.</p>
            ) : (
              <ul className="settings-list" aria-label="Personal inboxes">
                {others.map((inbox) => (
                  <Row key={inbox.id} inbox={inbox} />
                ))}
              </ul>
            );
          }}
        </Loaded>
      </Part>
    </div>
  );
}

function Row({ inbox: { id, owner, addresses } }: { inbox: PersonalInbox }) {
  const { personalInboxes } = useAdmin();
  const open = useReadable(useClient().inboxes).some((one) => one.id === id);
  const { busy, problem, wrong, run } = useSaving();
  const [reason, setReason] = useState('');
  const refused = problem('reason');
  const of = addresses[0] ?? `${owner.name}’s inbox`;
  return (
    <li className="seat-request">
      <div className="grow">
        <b>{owner.name}</b>
        <small>{addresses.length === 0 ? 'No mailbox any more' : addresses.join(', ')}</small>
        {open ? null : (
          <div className="seat-decide">
            <TextField
              label={`Reason to read ${of}`}
              value={reason}
              maxLength={500}
              error={wrong('reason')}
              onChange={({ target }) => setReason(target.value)}
            />
          </div>
        )}
        {refused === undefined ? null : <Notice tone="stop">{refused}</Notice>}
      </div>
      {open ? (
        <Button disabled={busy} onClick={() => void run(() => personalInboxes.close(id))}>
          Close
        </Button>
      ) : (
        <Button disabled={busy} onClick={() => void run(() => personalInboxes.read(id, reason))}>
          Open to read
        </Button>
      )}
    </li>
  );
}
