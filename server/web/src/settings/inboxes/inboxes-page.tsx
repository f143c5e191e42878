import './inboxes.css';
import type { InboxDraft, InboxOverview } from '@latchbox/client/admin';
import { Plus, TriangleAlert } from 'lucide-react';
import { Link } from '../../app/link.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { InboxSquare } from '../../ui/inbox-square.tsx';
import { Loaded } from '../loaded.tsx';
import { Page, Part } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { settingsPath } from '../place.ts';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { GetStarted } from './get-started.tsx';
import { allStored } from './left.ts';
import { nextAct, waitingWords } from './registration-words.ts';
import { draftPath, isStep, NEW_PATH } from './steps.ts';
import { NewInbox, Wizard } from './wizard.tsx';

/** Shared inboxes: all of them, those that were begun, and the way to a new one (M1). */
export function InboxesPage({ rest }: SettingsPageProps) {
  const [first, id, step] = rest;
  if (first === 'new') return <NewInbox />;
  if (first === 'draft' && id !== undefined)
    return <Wizard key={id} id={id} step={step !== undefined && isStep(step) ? step : 'inbox'} />;
  return <AllInboxes />;
}

function AllInboxes() {
  const { inboxDrafts } = useAdmin();
  const { asked, again } = useAsked('inboxes', async (signal) => {
    await allStored();
    return { inboxes: await inboxDrafts.overview({ signal }), drafts: await inboxDrafts.list({ signal }) };
  });
  return (
    <Page
      title="Shared inboxes"
      lede="What a team answers together: its numbers and addresses, and who of the team belongs to it."
      action={
        <Link className="button button-primary" href={NEW_PATH}>
          <Icon of={Plus} size={16} />
          New inbox
        </Link>
      }
    >
      <Loaded asked={asked} what="The inboxes" onRetry={again}>
        {({ inboxes, drafts }) => (
          <>
            {drafts.length === 0 ? null : <Drafts drafts={drafts} onChanged={again} />}
            {inboxes.length === 0 && drafts.length === 0 ? <GetStarted /> : null}
            {inboxes.length === 0 ? null : <Overview inboxes={inboxes} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Drafts({ drafts, onChanged }: { drafts: readonly InboxDraft[]; onChanged: () => void }) {
  const { inboxDrafts } = useAdmin();
  const onFailed = useTellFailure();
  return (
    <Part title="Begun, not finished">
      <ul className="settings-list">
        {drafts.map((draft) => {
          const { id, name, colour, startedBy, state } = draft;
          return (
            <li key={id}>
              <InboxSquare colour={colour} />
              <div className="grow">
                <b className="cut">{name === '' ? 'Without a name' : name}</b>
                <small>
                  {state === 'open' ? `Begun by ${startedBy.name}` : 'Its number is being bought'}
                </small>
              </div>
              {state !== 'open' ? null : (
                <Button
                  look="quiet"
                  aria-label={`Give up ${name}`}
                  onClick={() => void inboxDrafts.remove(id).then(onChanged, onFailed)}
                >
                  Give up
                </Button>
              )}
              <Link className="button button-plain" aria-label={`Go on with ${name}`} href={draftPath(draft)}>
                Go on
              </Link>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

function Overview({ inboxes }: { inboxes: readonly InboxOverview[] }) {
  return (
    <ul className="settings-list inbox-overview" aria-label="Shared inboxes">
      {inboxes.map((inbox) => (
        <InboxRow key={inbox.id} inbox={inbox} />
      ))}
    </ul>
  );
}

const many = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

function InboxRow({ inbox }: { inbox: InboxOverview }) {
  const { id, name, apiCode, colour, team, members, numbers, addresses, registration, waits } = inbox;
  const facts = [
    team.name,
    apiCode,
    many(members, 'member', 'members'),
    numbers[0]?.shown ?? '',
    addresses === 0 ? '' : many(addresses, 'mail address', 'mail addresses'),
  ].filter((fact) => fact !== '');
  const act = waits ? nextAct(registration) : null;
  return (
    <li>
      <InboxSquare colour={colour} />
      <div className="grow">
        <b className="cut">{name}</b>
        <small className="inbox-facts">
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </small>
        {waits ? (
          <p className="inbox-waits">
            <Icon of={TriangleAlert} size={15} />
            <span>
              Waits: {waitingWords(inbox)}. Only admins see it.
              {registration?.reason === null || registration === null ? null : ` ${registration.reason}`}
            </span>
          </p>
        ) : null}
      </div>
      {act === null ? null : (
        <Link className="button button-plain" href={settingsPath('registrations', team.id)}>
          {act}
        </Link>
      )}
      <Link
        className="button button-quiet"
        aria-label={`Members of ${name}`}
        href={settingsPath('members', id)}
      >
        Members
      </Link>
    </li>
  );
}
