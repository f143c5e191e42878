import type { InboxDraft, InboxMember, Team } from '@latchbox/client/admin';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { CAPABILITIES, CapabilityChoice } from '../members/capability-choice.tsx';
import { Foot } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useWhenLeft } from './left.ts';
import type { StepActs } from './step-acts.ts';
import { keyOf } from './steps.ts';
import { isRecord, useKept } from './use-kept.ts';

type Capability = InboxMember['capability'];
type Chosen = Readonly<Record<string, Capability>>;

function isChosen(value: unknown): value is Chosen {
  return (
    isRecord(value) &&
    Object.values(value).every((one) => CAPABILITIES.some(([capability]) => capability === one))
  );
}

/** Who of the team belongs to it, and may do what. Nobody yet, where it waits for the registration (M4). */
export function MembersStep({
  draft,
  team,
  acts,
}: {
  draft: InboxDraft;
  team: Team | undefined;
  acts: StepActs;
}) {
  const stored = Object.fromEntries(draft.members.map(({ agentId, capability }) => [agentId, capability]));
  const [chosen, put] = useKept<Chosen>(keyOf(draft.id, 'members'), stored, isChosen);
  const members = draft.waits
    ? []
    : Object.entries(chosen).map(([agentId, capability]) => ({ agentId, capability }));
  useWhenLeft(() => acts.onLeft({ members }));
  const set = (id: string, capability: Capability | null): void => {
    acts.saving.touched();
    const others = Object.entries(chosen).filter(([one]) => one !== id);
    put(Object.fromEntries(capability === null ? others : [...others, [id, capability]]));
  };
  return (
    <div className="wizard-form">
      {draft.waits ? (
        <Notice tone="plain">
          Nobody can be added before {team?.name ?? 'the team'} is registered with the carriers. You get a
          mail then, and whoever you add sees the inbox at once.
        </Notice>
      ) : (
        <People draft={draft} chosen={chosen} onSet={set} />
      )}
      <Foot saved={false} problem={acts.saving.wrong('members') ?? acts.saving.problem('members')}>
        <Button onClick={acts.onBack}>Back</Button>
        <Button look="primary" disabled={acts.saving.busy} onClick={() => acts.onForward({ members })}>
          Continue to confirm
        </Button>
      </Foot>
    </div>
  );
}

interface PeopleProps {
  draft: InboxDraft;
  chosen: Chosen;
  onSet: (id: string, capability: Capability | null) => void;
}

function People({ draft, chosen, onSet }: PeopleProps) {
  const { inboxDrafts } = useAdmin();
  const { asked, again } = useAsked(`${draft.id} ${draft.teamId ?? ''}`, (signal) =>
    inboxDrafts.candidates(draft.id, { signal }),
  );
  return (
    <Loaded asked={asked} what="The team" onRetry={again}>
      {(people) =>
        people.length === 0 ? (
          <Notice tone="plain">Nobody is in this team yet. Members can be added later.</Notice>
        ) : (
          <ul className="settings-list member-choice" aria-label="The team">
            {people.map(({ id, name }) => {
              const capability = chosen[id];
              return (
                <li key={id}>
                  <label className="grow member-check">
                    <input
                      type="checkbox"
                      checked={capability !== undefined}
                      onChange={({ target: { checked } }) => onSet(id, checked ? 'reply' : null)}
                    />
                    <span className="cut">{name}</span>
                  </label>
                  {capability === undefined ? null : (
                    <CapabilityChoice name={name} value={capability} onChange={(next) => onSet(id, next)} />
                  )}
                </li>
              );
            })}
          </ul>
        )
      }
    </Loaded>
  );
}
