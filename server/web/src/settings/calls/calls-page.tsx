import './calls.css';
import { type CallRouting, callsOf } from '@latchbox/client/calls';
import type { InboxRecord } from '@latchbox/client/admin';
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useClient } from '../../app/client.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../loaded.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Foot, Page, Part } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { StepRow } from './step-row.tsx';
import { moved, type Ringing, type Step, stepOf } from './steps.ts';
import { VoicemailFields } from './voicemail-fields.tsx';

/** What becomes of calls to the numbers of an inbox (W5). */
export function CallsPage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Calls"
      lede="What happens when somebody calls a number of the inbox: one step after the other, until somebody answers. Outside office hours nobody is rung."
    >
      <ManagedInbox page="calls" rest={rest}>
        {(inbox) => <OfInbox inbox={inbox} />}
      </ManagedInbox>
    </Page>
  );
}

function OfInbox({ inbox }: { inbox: InboxRecord }) {
  const client = useClient();
  const calls = useMemo(() => callsOf(client), [client]);
  const { members } = useAdmin();
  const { asked, again, put } = useAsked(inbox.id, async (signal) => {
    const [routing, all] = await Promise.all([
      calls.routing(inbox.id, { signal }),
      members.list(inbox.id, { signal }),
    ]);
    const ringing = all.filter(({ capability }) => capability !== 'read');
    return { routing, ringing: ringing.map(({ agentId: id, name }) => ({ id, name })) };
  });
  return (
    <Loaded asked={asked} what="The call routing" onRetry={again}>
      {({ routing, ringing }) => (
        <RoutingForm
          routing={routing}
          ringing={ringing}
          save={(next) => calls.setRouting(inbox.id, next)}
          onChanged={(now) => put({ routing: now, ringing })}
        />
      )}
    </Loaded>
  );
}

/** More steps would let a caller wait for too long. */
const MOST_STEPS = 5;

interface StepListProps {
  steps: readonly Step[];
  ringing: readonly Ringing[];
  wrong: (path: string) => string | undefined;
  onChange: (steps: readonly Step[]) => void;
}

function StepList({ steps, ringing, wrong, onChange }: StepListProps) {
  return (
    <ol className="settings-list calls-steps">
      {steps.map((step, at) => (
        <StepRow
          key={at}
          step={step}
          nth={at + 1}
          of={steps.length}
          ringing={ringing}
          error={wrong(`steps.${at}.number`) ?? wrong(`steps.${at}.members`)}
          onChange={(next) => onChange(steps.with(at, next))}
          onMove={(by) => onChange(moved(steps, at, by))}
          onRemove={() => onChange(steps.toSpliced(at, 1))}
        />
      ))}
      <li>
        <Button
          look="quiet"
          disabled={steps.length >= MOST_STEPS}
          onClick={() => onChange([...steps, stepOf('together')])}
        >
          <Icon of={Plus} size={16} />
          Add a step
        </Button>
      </li>
    </ol>
  );
}

interface RoutingFormProps {
  routing: CallRouting;
  ringing: readonly Ringing[];
  save: (routing: CallRouting) => Promise<CallRouting>;
  onChanged: (routing: CallRouting) => void;
}

function RoutingForm({ routing, ringing, save, onChanged }: RoutingFormProps) {
  const [draft, setDraft] = useState(routing);
  const { busy, saved, run, touched, wrong, problem } = useSaving();
  const change = (what: Partial<CallRouting>): void => {
    setDraft((before) => ({ ...before, ...what }));
    touched();
  };
  const { steps } = draft;
  const known = steps.flatMap((_, at) => [`steps.${at}.number`, `steps.${at}.members`]);
  return (
    <form
      className="calls-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(
          () => save(draft),
          (now) => {
            setDraft(now);
            onChanged(now);
          },
        );
      }}
    >
      <Part
        title="Who is rung"
        hint={steps.length === 0 ? 'Nobody: calls go to voicemail at once.' : undefined}
      >
        <StepList
          steps={steps}
          ringing={ringing}
          wrong={wrong}
          onChange={(next) => change({ steps: [...next] })}
        />
        <label className="calls-check">
          <input
            type="checkbox"
            checked={draft.pressToAnswer}
            onChange={({ target }) => change({ pressToAnswer: target.checked })}
          />
          <span>
            Whoever picks up presses a key first
            <small>So that nobody’s own voicemail takes the call.</small>
          </span>
        </label>
      </Part>
      <VoicemailFields
        voicemail={draft.voicemail}
        wrong={wrong}
        onChange={(voicemail) => change({ voicemail })}
      />
      <Foot saved={saved} problem={problem(...known, 'voicemail')}>
        <Button type="submit" look="primary" disabled={busy}>
          Save
        </Button>
      </Foot>
    </form>
  );
}
