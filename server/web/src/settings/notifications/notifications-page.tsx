import './notifications.css';
import type { NotificationSettings, NotificationSettingsChange } from '@latchbox/client/admin';
import { useState } from 'react';
import { askForNotices, noticesAllowed } from '../../app/desktop-notice.ts';
import { useMe } from '../../app/client.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot, Page, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { shownTopics, type Topic, WAYS } from './topics.ts';

/** Of what one is told, and how (T13). */
export function NotificationsPage() {
  const { notifications } = useAdmin();
  const { asked, again, put } = useAsked('notifications', (signal) => notifications.settings({ signal }));
  return (
    <Page
      title="Notifications"
      lede="Of what you are told, and how. What you set here is yours alone and holds on every device."
    >
      <Loaded asked={asked} what="These settings" onRetry={again}>
        {(settings) => <Settings settings={settings} onChanged={put} />}
      </Loaded>
    </Page>
  );
}

interface SettingsProps {
  settings: NotificationSettings;
  onChanged: (settings: NotificationSettings) => void;
}

function Settings({ settings, onChanged }: SettingsProps) {
  const { notifications } = useAdmin();
  const { saved, problem, run } = useSaving();
  const isAdmin = useMe()?.role === 'admin';
  const change = (what: NotificationSettingsChange): void =>
    void run(() => notifications.change(what), onChanged);
  return (
    <>
      <Part
        title="What happens to you"
        hint="When an admin opens your personal inbox you are told in any case, in the page and by mail."
      >
        <TopicTable topics={shownTopics(isAdmin)} settings={settings} onChange={change} />
      </Part>
      <Part title="New messages">
        <div className="settings-fields">
          <SelectField
            label="The desktop tells of"
            hint="While Latchbox is open in a tab that you do not look at."
            value={settings.messages}
            onChange={({ target: { value } }) =>
              change({ messages: value === 'all' || value === 'none' ? value : 'mine' })
            }
          >
            <option value="all">Every message in my inboxes</option>
            <option value="mine">Messages assigned to me</option>
            <option value="none">No messages</option>
          </SelectField>
          {settings.messages === 'none' ? null : <DesktopAllowed />}
        </div>
      </Part>
      <Foot saved={saved} problem={problem()} />
    </>
  );
}

interface TopicTableProps {
  topics: readonly Topic[];
  settings: NotificationSettings;
  onChange: (change: NotificationSettingsChange) => void;
}

function TopicTable({ topics, settings, onChange }: TopicTableProps) {
  return (
    <table className="told">
      <thead>
        <tr>
          <th scope="col">
            <span className="said">What</span>
          </th>
          {WAYS.map(({ way, label }) => (
            <th key={way} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {topics.map(({ topic, label, hint }) => (
          <tr key={topic}>
            <th scope="row">
              {label}
              <span className="hint">{hint}</span>
            </th>
            {WAYS.map(({ way, label: how }) => (
              <td key={way}>
                <input
                  type="checkbox"
                  aria-label={`${label}: ${how}`}
                  checked={settings.topics[topic][way]}
                  onChange={({ target }) => onChange({ topics: { [topic]: { [way]: target.checked } } })}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whether this browser lets the page say anything on the desktop; the other half of the setting. */
function DesktopAllowed() {
  const [allowed, setAllowed] = useState(noticesAllowed);
  switch (allowed) {
    case 'yes':
      return <p className="hint">This browser shows notices of Latchbox.</p>;
    case 'not-asked':
      return (
        <div className="told-ask">
          <p className="hint">This browser has not been allowed to show notices yet.</p>
          <Button onClick={() => void askForNotices().then(setAllowed)}>Allow notices</Button>
        </div>
      );
    case 'blocked':
      return (
        <p className="hint">
          This browser blocks notices of Latchbox. Allow them in its settings for this site, beside the
          address.
        </p>
      );
    case 'no-way':
      return <p className="hint">This browser cannot show notices, or only over https.</p>;
  }
}
