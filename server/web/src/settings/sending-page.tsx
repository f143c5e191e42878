import type { SendingSettings } from '@latchbox/client/admin';
import { useClient, useMe } from '../app/client.ts';
import { useReadable } from '../lib/use-readable.ts';
import { SelectField } from '../ui/field.tsx';
import { Loaded } from './loaded.tsx';
import { Foot, Page, Part } from './page.tsx';
import { useSaving } from './use-saving.ts';
import { useTellFailure } from './tell-failure.ts';
import { useAdmin } from './use-admin.ts';
import { useAsked } from './use-asked.ts';

/** How one's replies leave: from where new ones begin, and for how long they can be taken back (T6, W2). */
export function SendingPage() {
  const { sending } = useAdmin();
  const { asked, again, put } = useAsked('sending', (signal) => sending.get({ signal }));
  return (
    <Page
      title="Sending"
      lede="From where your new messages leave, and how long a reply waits so that you can take it back."
    >
      <DefaultInbox />
      <Loaded asked={asked} what="These settings" onRetry={again}>
        {(settings) => <Undo settings={settings} onChanged={put} />}
      </Loaded>
    </Page>
  );
}

const NONE = '';

function DefaultInbox() {
  const client = useClient();
  const accounts = useReadable(client.accounts);
  const inboxes = useReadable(client.inboxes).filter(({ capability }) => capability !== 'read');
  const onFailed = useTellFailure();
  if (accounts === null) return null;
  return (
    <Part title="New messages">
      <div className="settings-fields">
        <SelectField
          label="Begin in"
          hint="Another account can be chosen for each message."
          value={accounts.defaultInboxId ?? NONE}
          onChange={(event) => {
            const id = event.target.value;
            client.setDefaultInbox(id === NONE ? null : id).catch(onFailed);
          }}
        >
          <option value={NONE}>No default inbox</option>
          {inboxes.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
    </Part>
  );
}

const SECOND = 1_000;
const CHOICES = [0, 5, 10, 20, 30, 60].map((seconds) => seconds * SECOND);

const spanWords = (ms: number): string => (ms === 0 ? 'Not at all' : `${ms / SECOND} seconds`);

function Undo(props: { settings: SendingSettings; onChanged: (settings: SendingSettings) => void }) {
  const { settings, onChanged } = props;
  const { sending } = useAdmin();
  const { saved, problem, run } = useSaving();
  const isAdmin = useMe()?.role === 'admin';
  const change = (what: Parameters<typeof sending.change>[0]): void =>
    void run(() => sending.change(what), onChanged);
  return (
    <Part title="Taking back">
      <div className="settings-fields">
        <SelectField
          label="My replies wait"
          value={settings.mine ?? NONE}
          onChange={({ target: { value } }) => change({ mine: value === NONE ? null : Number(value) })}
        >
          <option value={NONE}>As everybody’s: {spanWords(settings.organisation).toLowerCase()}</option>
          <Spans kept={settings.mine} />
        </SelectField>
        {isAdmin ? (
          <SelectField
            label="Everybody’s replies wait"
            hint="Those who have chosen a time of their own keep it."
            value={settings.organisation}
            onChange={({ target: { value } }) => change({ organisation: Number(value) })}
          >
            <Spans kept={settings.organisation} />
          </SelectField>
        ) : null}
      </div>
      <Foot saved={saved} problem={problem()} />
    </Part>
  );
}

/** The times to choose from, and the one that is set where it is none of them. */
function Spans({ kept }: { kept: number | null }) {
  const all = kept === null || CHOICES.includes(kept) ? CHOICES : [...CHOICES, kept].sort((a, b) => a - b);
  return all.map((ms) => (
    <option key={ms} value={ms}>
      {spanWords(ms)}
    </option>
  ));
}
