import './members.css';
import type { InboxCandidates, InboxMember, InboxRecord } from '@latchbox/client/admin';
import { Plus, UserMinus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useClient, useMe } from '../../app/client.ts';
import { Link } from '../../app/link.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Blank } from '../../ui/blank.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Foot, Page, Part } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { CAPABILITIES, CapabilityChoice } from './capability-choice.tsx';
import { LeaveDialog } from './leave-dialog.tsx';

type Capability = InboxMember['capability'];

/** Who belongs to an inbox, and may do what (M5, W1). */
export function MembersPage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Members"
      lede="All members read everything in an inbox; those who may, write from it. Nobody else sees anything of it."
    >
      <ManagedInbox page="members" rest={rest}>
        {(inbox) => <OfInbox inbox={inbox} />}
      </ManagedInbox>
    </Page>
  );
}

function OfInbox({ inbox }: { inbox: InboxRecord }) {
  const { members } = useAdmin();
  const { asked, again } = useAsked(inbox.id, async (signal) => ({
    all: await members.list(inbox.id, { signal }),
    candidates: await members.candidates(inbox.id, { signal }),
  }));
  useMemberNews(inbox.id, again);
  return (
    <Loaded asked={asked} what="The members" onRetry={again}>
      {({ all, candidates }) => (
        <>
          {candidates.waits ? <Waits inbox={inbox} /> : null}
          {all.length === 0 ? (
            <Blank picture="letter" title={`Nobody belongs to ${inbox.name}`}>
              <p>
                {candidates.waits
                  ? 'Members can be added once its team is registered.'
                  : 'Add somebody of its team.'}
              </p>
            </Blank>
          ) : (
            <MemberList inbox={inbox} all={all} onChanged={again} />
          )}
          {candidates.waits ? null : <AddMember inbox={inbox} candidates={candidates} onAdded={again} />}
        </>
      )}
    </Loaded>
  );
}

/** Somebody else may be at the same page. */
function useMemberNews(inboxId: string, again: () => void): void {
  const client = useClient();
  useEffect(
    () =>
      client.on('event', ({ stream, data }) => {
        if (stream === `inbox:${inboxId}` && data.type === 'member.changed') again();
      }),
    [client, inboxId, again],
  );
}

function Waits({ inbox }: { inbox: InboxRecord }) {
  const isAdmin = useMe()?.role === 'admin';
  return (
    <div className="members-wait">
      <Notice tone="plain">
        {inbox.name} waits for the registration of its team with the carriers. Until then nobody can be added.{' '}
        {isAdmin ? <Link href={settingsPath('registrations', inbox.teamId)}>See where it stands</Link> : null}
      </Notice>
    </div>
  );
}

/** Who is about to reply there no more, and how. */
interface Leaving {
  readonly member: InboxMember;
  readonly to: 'out' | 'read';
}

interface MemberListProps {
  inbox: InboxRecord;
  all: readonly InboxMember[];
  onChanged: () => void;
}

function MemberList({ inbox, all, onChanged }: MemberListProps) {
  const { members } = useAdmin();
  const { busy, saved, problem, run } = useSaving();
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const act = (work: () => Promise<unknown>): void => void run(work, onChanged);
  return (
    <Part title={all.length === 1 ? '1 member' : `${all.length} members`}>
      <ul className="settings-list" aria-label={`Members of ${inbox.name}`}>
        {all.map((member) => {
          const { agentId, name, capability } = member;
          return (
            <li key={agentId}>
              <Avatar who={{ id: agentId, name }} size={28} />
              <b className="grow cut">{name}</b>
              <CapabilityChoice
                name={name}
                value={capability}
                disabled={busy}
                onChange={(next) => {
                  if (next === 'read' && capability !== 'read') setLeaving({ member, to: 'read' });
                  else act(() => members.put(inbox.id, agentId, next));
                }}
              />
              <IconButton
                icon={UserMinus}
                label={`Take ${name} out`}
                onClick={() => setLeaving({ member, to: 'out' })}
              />
            </li>
          );
        })}
      </ul>
      <Foot saved={saved} problem={problem()} />
      {leaving === null ? null : (
        <LeaveDialog
          {...leaving}
          inbox={inbox}
          colleagues={all.filter(
            (one) => one.capability !== 'read' && one.agentId !== leaving.member.agentId,
          )}
          onClose={() => setLeaving(null)}
          onLeave={(assignmentsTo) => {
            const { agentId } = leaving.member;
            setLeaving(null);
            act(() =>
              leaving.to === 'out'
                ? members.remove(inbox.id, agentId, { assignmentsTo })
                : members.put(inbox.id, agentId, 'read', { assignmentsTo }),
            );
          }}
        />
      )}
    </Part>
  );
}

interface AddMemberProps {
  inbox: InboxRecord;
  candidates: InboxCandidates;
  onAdded: () => void;
}

function AddMember({ inbox, candidates: { people }, onAdded }: AddMemberProps) {
  const { members } = useAdmin();
  const { busy, problem, run } = useSaving();
  const [who, setWho] = useState('');
  const [capability, setCapability] = useState<Capability>('reply');
  if (people.length === 0)
    return (
      <p className="hint">Everybody of its team belongs to it. Others have to be put into the team first.</p>
    );
  const chosen = people.find(({ id }) => id === who);
  return (
    <Part title="Add a member">
      <form
        className="member-add"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen === undefined) return;
          void run(
            () => members.put(inbox.id, chosen.id, capability),
            () => {
              setWho('');
              onAdded();
            },
          );
        }}
      >
        <SelectField label="Who" value={chosen?.id ?? ''} onChange={({ target: { value } }) => setWho(value)}>
          <option value="">Choose somebody of its team</option>
          {people.map(({ id, name, kind }) => (
            <option key={id} value={id}>
              {kind === 'system' ? `${name} (automation)` : name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="May"
          value={capability}
          onChange={({ target: { value } }) => {
            const next = CAPABILITIES.find(([one]) => one === value);
            if (next !== undefined) setCapability(next[0]);
          }}
        >
          {CAPABILITIES.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </SelectField>
        <Button type="submit" look="primary" disabled={busy || chosen === undefined}>
          <Icon of={Plus} size={16} />
          Add
        </Button>
      </form>
      <Foot saved={false} problem={problem()} />
    </Part>
  );
}
