import type { InboxDraft, Team } from '@latchbox/client/admin';
import { useEffect, useEffectEvent } from 'react';
import { useClient } from '../../app/client.ts';
import { Link } from '../../app/link.tsx';
import { sentence } from '../../lib/error-words.ts';
import { Button } from '../../ui/button.tsx';
import { InboxSquare } from '../../ui/inbox-square.tsx';
import { Notice } from '../../ui/notice.tsx';
import { CAPABILITIES } from '../members/capability-choice.tsx';
import { colourName } from '../inbox/colours.ts';
import { Foot } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { stepPath } from './steps.ts';

interface ConfirmStepProps {
  draft: InboxDraft;
  team: Team | undefined;
  onDraft: (draft: InboxDraft) => void;
  onBack: () => void;
}

/** Ms between two looks whether the provider has said something. */
const LOOK_EVERY = 1_000;

/** All of it once more, and the one button that costs money. */
export function ConfirmStep({ draft, team, onDraft, onBack }: ConfirmStepProps) {
  const { inboxDrafts } = useAdmin();
  const { run, busy, problem } = useSaving();
  const under = draft.state === 'confirming' || draft.state === 'releasing';
  // One look that fails is no harm: the next one comes.
  const look = async (): Promise<void> => {
    const now = await inboxDrafts.get(draft.id).catch(() => undefined);
    if (now !== undefined) onDraft(now);
  };
  useLooks(draft, () => void look());
  const confirm = (): void =>
    void run(async () => {
      try {
        onDraft(await inboxDrafts.confirm(draft.id));
      } catch (error) {
        // Why stands in the draft, too, and which step it is about.
        await look();
        throw error;
      }
    });
  return (
    <div className="wizard-form">
      <Facts draft={draft} team={team} />
      {draft.issues.length === 0 ? null : (
        <Notice tone="stop">
          {draft.issues.map(({ step, path, message }) => (
            <span key={path} className="wizard-issue">
              {WHAT[path.split('.')[0] ?? ''] ?? path}: {sentence(message)}{' '}
              <Link href={stepPath(draft.id, step)}>Put it right</Link>
            </span>
          ))}
        </Notice>
      )}
      {under ? <Notice tone="plain">The number is being bought. This page goes on by itself.</Notice> : null}
      <Foot
        saved={false}
        problem={draft.issues.length > 0 ? undefined : (problem() ?? draft.problem ?? undefined)}
      >
        <Button disabled={under} onClick={onBack}>
          Back
        </Button>
        <Button look="primary" disabled={busy || under || draft.issues.length > 0} onClick={confirm}>
          {busy || under
            ? 'Creating…'
            : draft.number === null
              ? 'Create the inbox'
              : 'Buy the number and create it'}
        </Button>
      </Foot>
    </div>
  );
}

const WHAT: Readonly<Record<string, string>> = {
  name: 'Name',
  apiCode: 'API code',
  teamId: 'Team',
  number: 'Number',
  voiceForward: 'Forwarding',
  members: 'Members',
};

function Facts({ draft, team }: { draft: InboxDraft; team: Team | undefined }) {
  const { id, name, apiCode, freeApiCode, colour, number, voiceForward, members, waits } = draft;
  const words = new Map(CAPABILITIES);
  return (
    <dl className="wizard-facts">
      <Fact label="Inbox" href={stepPath(id, 'inbox')} what="the inbox">
        <span className="wizard-named">
          <InboxSquare colour={colour} />
          <b>{name}</b>
        </span>
        <small>
          {team?.name ?? 'No team'}, {colourName(colour)}, API code{' '}
          <span className="mono">{apiCode ?? freeApiCode}</span>
        </small>
      </Fact>
      <Fact label="Number" href={stepPath(id, 'number')} what="the number">
        <b className="num">{number?.shown ?? 'None'}</b>
        <small>{voiceForward === null ? 'Calls are not forwarded' : `Calls ring ${voiceForward}`}</small>
      </Fact>
      <Fact label="Members" href={stepPath(id, 'members')} what="the members">
        {waits ? (
          <span>Nobody yet: they can be added once the team is registered.</span>
        ) : members.length === 0 ? (
          <span>Nobody. They can be added later.</span>
        ) : (
          <ul>
            {members.map((one) => (
              <li key={one.agentId}>
                {one.name} <small>{words.get(one.capability)}</small>
              </li>
            ))}
          </ul>
        )}
      </Fact>
    </dl>
  );
}

function Fact(props: { label: string; href: string; what: string; children: React.ReactNode }) {
  const { label, href, what, children } = props;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <div className="grow">{children}</div>
        <Link className="button button-quiet button-small" href={href} aria-label={`Change ${what}`}>
          Change
        </Link>
      </dd>
    </div>
  );
}

/** Looks again while nobody knows whether the number was bought. */
function useLooks({ state, updatedAt }: InboxDraft, look: () => void): void {
  const { clock } = useClient();
  const run = useEffectEvent(look);
  useEffect(() => {
    if (state === 'open' || state === 'done') return undefined;
    let cancel = (): void => undefined;
    const again = (): void => {
      run();
      cancel = clock.later(LOOK_EVERY, again);
    };
    cancel = clock.later(LOOK_EVERY, again);
    return () => cancel();
  }, [clock, state, updatedAt]);
}
