import './hours.css';
import type { HoursPresets, HoursSettings, InboxRecord } from '@latchbox/client/admin';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../loaded.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Foot, Page } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { AwayEditor } from './away-editor.tsx';
import { Holidays } from './holidays.tsx';
import { AsItWouldBe } from './hours-preview.tsx';
import { DAYS } from './types.ts';
import { WeekEditor } from './week-editor.tsx';

/** Office hours, holidays and out of office of an inbox (W5, M9). */
export function HoursPage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Office hours"
      lede="When an inbox is open, and what is answered by itself while nobody is there."
    >
      <ManagedInbox page="hours" rest={rest}>
        {(inbox) => <OfInbox key={inbox.id} inbox={inbox} />}
      </ManagedInbox>
    </Page>
  );
}

function OfInbox({ inbox }: { inbox: InboxRecord }) {
  const { hours } = useAdmin();
  const { asked, again, put } = useAsked(inbox.id, async (signal) => ({
    settings: await hours.ofInbox(inbox.id).get({ signal }),
    presets: await hours.presets({ signal }),
  }));
  return (
    <Loaded asked={asked} what="The office hours" onRetry={again}>
      {({ settings, presets }) => (
        <HoursForm
          inbox={inbox}
          settings={settings}
          presets={presets}
          onChanged={(changed) => put({ settings: changed, presets })}
        />
      )}
    </Loaded>
  );
}

interface HoursFormProps {
  inbox: InboxRecord;
  settings: HoursSettings;
  presets: HoursPresets;
  onChanged: (settings: HoursSettings) => void;
}

const KNOWN = [
  ...DAYS.map(([day]) => `hours.week.${day}`),
  'hours.timeZone',
  'hours.holidays',
  'outOfOffice.when',
  'outOfOffice.text',
];

function HoursForm({ inbox, settings, presets, onChanged }: HoursFormProps) {
  const [draft, setDraft] = useState({ hours: settings.hours, outOfOffice: settings.outOfOffice });
  const { busy, saved, run, touched, wrong, problem } = useSaving();
  const api = useAdmin().hours.ofInbox(inbox.id);
  const change = (what: Partial<typeof draft>): void => {
    setDraft((before) => ({ ...before, ...what }));
    touched();
  };
  const { hours, outOfOffice } = draft;
  return (
    <form
      className="hours-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => api.change(draft), onChanged);
      }}
    >
      <WeekEditor
        schedule={hours}
        presets={presets}
        wrong={wrong}
        onChange={(next) => change({ hours: next })}
      />
      {hours === null ? null : (
        <Holidays schedule={hours} wrong={wrong} onChange={(next) => change({ hours: next })} />
      )}
      <AwayEditor
        away={outOfOffice}
        hasHours={hours !== null}
        wrong={wrong}
        onChange={(next) => change({ outOfOffice: next })}
      />
      <AsItWouldBe
        draft={JSON.stringify(draft)}
        timeZone={settings.hours?.timeZone}
        ask={(signal) => api.preview(draft, { signal })}
      />
      <Foot saved={saved} problem={problem(...KNOWN)}>
        <Button type="submit" look="primary" disabled={busy}>
          Save
        </Button>
      </Foot>
    </form>
  );
}
