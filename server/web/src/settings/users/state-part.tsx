import { LatchboxError } from '@latchbox/client';
import type { Invited, UserDetail } from '@latchbox/client/admin';
import { useState } from 'react';
import { useMe } from '../../app/client.ts';
import { useNow } from '../../app/use-now.ts';
import { fullTime } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { LinkGiven } from './link-given.tsx';
import { STATE_MEANS, STATE_WORDS, stateOf } from './state-words.ts';

interface StatePartProps {
  user: UserDetail;
  onChanged: () => void;
  onDeactivate: () => void;
}

/** Where the account stands, and where it can go from there. */
export function StatePart({ user, onChanged, onDeactivate }: StatePartProps) {
  const now = useNow(60_000);
  const { run, busy, problem, saving } = useSaving();
  const neverCame =
    saving.state === 'refused' &&
    LatchboxError.is(saving.error, 'refused') &&
    saving.error.details.rule === 'user_never_accepted';
  const [sent, setSent] = useState<Invited | null>(null);
  const state = stateOf(user, now);
  const { invitation, stateAt } = user;
  return (
    <Part title="Account">
      <ul className="settings-list">
        <li className="security-factor">
          <div className="grow">
            <b>{STATE_WORDS[state]}</b>
            <small>
              {STATE_MEANS[state]}
              {invitation === null
                ? ''
                : ` Sent to ${invitation.sentTo}, good until ${fullTime(invitation.expiresAt)}.`}
              {stateAt === null || state === 'invited' ? '' : ` Since ${fullTime(stateAt)}.`}
            </small>
          </div>
          <Acts
            user={user}
            neverCame={neverCame}
            busy={busy}
            onAct={(work) => void run(work, onChanged)}
            onSend={(work) =>
              void run(work, (invited) => {
                setSent(invited);
                onChanged();
              })
            }
            onDeactivate={onDeactivate}
          />
        </li>
      </ul>
      {problem() === undefined ? null : <Notice tone="stop">{problem()}</Notice>}
      {sent === null ? null : (
        <LinkGiven what="The invitation" to={sent.user.invitation?.sentTo ?? user.email} link={sent.link} />
      )}
    </Part>
  );
}

interface ActsProps {
  user: UserDetail;
  /** The server has said that the invitation was never accepted. */
  neverCame: boolean;
  busy: boolean;
  onAct: (work: () => Promise<unknown>) => void;
  onSend: (work: () => Promise<Invited>) => void;
  onDeactivate: () => void;
}

function Acts({ user: { id, state, inboxes }, neverCame, busy, onAct, onSend, onDeactivate }: ActsProps) {
  const { users } = useAdmin();
  const me = useMe();
  switch (state) {
    case 'invited':
      return (
        <div className="user-buttons">
          <Button disabled={busy} onClick={() => onSend(() => users.inviteAgain(id))}>
            Send it again
          </Button>
          <Button look="quiet" disabled={busy} onClick={() => onAct(() => users.withdrawInvitation(id))}>
            Withdraw it
          </Button>
        </div>
      );
    case 'active':
      // Nobody shuts the door behind themselves.
      return id === me?.id ? null : (
        <div className="user-buttons">
          <Button disabled={busy} onClick={() => onAct(() => users.lock(id))}>
            Lock
          </Button>
          <Button disabled={busy} onClick={onDeactivate}>
            Deactivate…
          </Button>
        </div>
      );
    case 'locked':
      return (
        <div className="user-buttons">
          <Button look="primary" disabled={busy} onClick={() => onAct(() => users.unlock(id))}>
            Unlock
          </Button>
          <Button disabled={busy} onClick={onDeactivate}>
            Deactivate…
          </Button>
        </div>
      );
    case 'deactivated':
      return (
        <div className="user-buttons">
          <Button disabled={busy} onClick={() => onAct(() => users.reactivate(id))}>
            {inboxes.length > 0 ? 'Reactivate, with the inboxes they had' : 'Reactivate'}
          </Button>
          {neverCame ? (
            <Button disabled={busy} onClick={() => onSend(() => users.inviteAgain(id))}>
              Invite again
            </Button>
          ) : null}
        </div>
      );
  }
}
