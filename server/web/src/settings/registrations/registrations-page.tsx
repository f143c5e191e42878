import './registrations.css';
import type { Campaign, Team } from '@latchbox/client/admin';
import { ChevronDown } from 'lucide-react';
import { useEffect } from 'react';
import { navigate } from '../../app/router.ts';
import { useClient } from '../../app/client.ts';
import { Blank } from '../../ui/blank.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { Registered } from './registered.tsx';
import { RegistrationForm } from './registration-form.tsx';

/** What the carriers know of each team, and what they say (M4). */
export function RegistrationsPage({ rest: [teamId] }: SettingsPageProps) {
  const { teams } = useAdmin();
  const { asked, again } = useAsked('teams', (signal) => teams.list({ signal }));
  return (
    <Page
      title="Carrier registration"
      lede="Carriers of the United States let a team text once they know who it is and what it texts. All its texting inboxes share one registration, and wait with it."
    >
      <Loaded asked={asked} what="The teams" onRetry={again}>
        {(all) => {
          const team = all.find(({ id }) => id === teamId) ?? all[0];
          if (team === undefined)
            return (
              <Blank picture="letter" title="There is no team yet">
                <p>A registration belongs to a team.</p>
              </Blank>
            );
          return (
            <>
              {all.length === 1 ? null : <TeamChoice team={team} teams={all} />}
              <OfTeam key={team.id} team={team} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function TeamChoice({ team, teams }: { team: Team; teams: readonly Team[] }) {
  const trigger = (
    <button type="button" className="button settings-choice" aria-label={`Team: ${team.name}`}>
      <span className="cut">{team.name}</span>
      <Icon of={ChevronDown} size={16} />
    </button>
  );
  return (
    <div className="settings-choose">
      <Menu tip="Which team" align="start" atChosen trigger={trigger}>
        <MenuChoice
          label="Team"
          value={team.id}
          choices={teams.map(({ id, name }) => ({ value: id, words: name }))}
          onChange={(id) => navigate(settingsPath('registrations', id), 'replace')}
        />
      </Menu>
    </div>
  );
}

function OfTeam({ team }: { team: Team }) {
  const { registrations } = useAdmin();
  const { asked, again, put } = useAsked(team.id, (signal) => registrations.of(team.id, { signal }));
  useNews(team.id, again);
  return (
    <Loaded asked={asked} what="The registration" onRetry={again}>
      {(registration) => (
        <>
          <div className="registration-says">
            <Standing team={team} registration={registration} />
          </div>
          {registration === null || registration.state === 'draft' || registration.state === 'rejected' ? (
            <RegistrationForm team={team} registration={registration} onChanged={put} />
          ) : (
            <Registered registration={registration} />
          )}
        </>
      )}
    </Loaded>
  );
}

/** The carriers may decide while the page is open. */
function useNews(teamId: string, again: () => void): void {
  const client = useClient();
  useEffect(
    () =>
      client.on('event', ({ data }) => {
        if (data.type !== 'notification.added') return;
        const { notification } = data.record;
        if ('teamId' in notification && notification.teamId === teamId) again();
      }),
    [client, teamId, again],
  );
}

function Standing({ team, registration }: { team: Team; registration: Campaign | null }) {
  switch (registration?.state) {
    case undefined:
      return (
        <Notice tone="plain">
          {team.name} is not registered. It only has to be where it texts from long numbers of the United
          States.
        </Notice>
      );
    case 'draft':
      return <Notice tone="plain">What stands here was not handed in yet.</Notice>;
    case 'pending':
      return (
        <Notice tone="plain">
          The carriers look at it; that takes them minutes to weeks. Every admin gets a mail when they have
          decided.
        </Notice>
      );
    case 'registered':
      return (
        <Notice tone="good">
          {team.name} is registered. Its texting inboxes can send, and members can be added.
        </Notice>
      );
    case 'rejected':
      return (
        <Notice tone="stop">
          The carriers rejected it: {registration?.reason ?? 'they do not say why'} Put that right and hand it
          in again.
        </Notice>
      );
  }
}
