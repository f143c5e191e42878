import './assignment.css';
import type { AssignmentChange, AssignmentSettings } from '@latchbox/client/admin';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loaded } from '../loaded.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Foot, Page, Part } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';

/** Who gets what nobody has: dealt in turn, and kept by whoever answers (T2). */
export function AssignmentPage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Assignment"
      lede="Who gets what nobody has. What somebody assigned by hand, or whose contact has an owner, is left alone."
    >
      <ManagedInbox page="assignment" rest={rest}>
        {({ id }) => <AssignmentOf inboxId={id} />}
      </ManagedInbox>
    </Page>
  );
}

function AssignmentOf({ inboxId }: { inboxId: string }) {
  const { assignment } = useAdmin();
  const { asked, again, put } = useAsked(`assignment ${inboxId}`, (signal) =>
    assignment.get(inboxId, { signal }),
  );
  return (
    <Loaded asked={asked} what="These settings" onRetry={again}>
      {(settings) => <AssignmentForm inboxId={inboxId} stored={settings} onChanged={put} />}
    </Loaded>
  );
}

interface AssignmentFormProps {
  inboxId: string;
  stored: AssignmentSettings;
  onChanged: (settings: AssignmentSettings) => void;
}

function AssignmentForm({ inboxId, stored, onChanged }: AssignmentFormProps) {
  const { assignment } = useAdmin();
  const { busy, saved, run, touched, wrong, problem } = useSaving();
  const [roundRobin, setRoundRobin] = useState(stored.roundRobin);
  const [onReply, setOnReply] = useState(stored.onReply);
  const [cap, setCap] = useState(String(stored.cap));
  return (
    <form
      onChange={touched}
      onSubmit={(event) => {
        event.preventDefault();
        void run(
          () => assignment.change(inboxId, changeOf(stored, { roundRobin, onReply, cap: Number(cap) })),
          (now) => {
            setCap(String(now.cap));
            onChanged(now);
          },
        );
      }}
    >
      <Part title="In turn">
        <Check
          checked={roundRobin}
          words="Deal what nobody has to those who are there"
          note="One after the other: whoever is connected, looks at the page and may reply. What waits longest comes first, and what a team has goes to people of that team."
          onChange={setRoundRobin}
        />
        {roundRobin ? (
          <div className="settings-fields assignment-cap">
            <TextField
              label="Most open conversations for one person"
              hint="Whoever has so many in this inbox gets no more in turn. By hand anybody can be given more."
              type="number"
              inputMode="numeric"
              min={1}
              max={1_000}
              required
              value={cap}
              error={wrong('cap')}
              onChange={({ target }) => setCap(target.value)}
            />
          </div>
        ) : null}
      </Part>
      <Part title="By answering">
        <Check
          checked={onReply}
          words="Whoever answers what nobody has gets it"
          note="With the first reply, and not before."
          onChange={setOnReply}
        />
      </Part>
      <Foot saved={saved} problem={problem('cap')}>
        <Button type="submit" look="primary" disabled={busy}>
          Save
        </Button>
      </Foot>
    </form>
  );
}

/** Only what was changed: whoever else changes something else at the same time keeps it. */
function changeOf(stored: AssignmentSettings, now: AssignmentSettings): AssignmentChange {
  return {
    ...(now.roundRobin !== stored.roundRobin && { roundRobin: now.roundRobin }),
    ...(now.onReply !== stored.onReply && { onReply: now.onReply }),
    ...(now.cap !== stored.cap && { cap: now.cap }),
  };
}

function Check(props: { checked: boolean; words: string; note: string; onChange: (on: boolean) => void }) {
  const { checked, words, note, onChange } = props;
  return (
    <label className="assignment-check">
      <input type="checkbox" checked={checked} onChange={({ target }) => onChange(target.checked)} />
      <span>
        {words}
        <small>{note}</small>
      </span>
    </label>
  );
}
