import './hours.css';
import type { AdminApi, HoursPresets, HoursSettings } from '@latchbox/client/admin';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { AwayEditor } from './away-editor.tsx';
import { Holidays } from './holidays.tsx';
import { AsItWouldBe } from './hours-preview.tsx';
import { DAYS } from './types.ts';
import { WeekEditor } from './week-editor.tsx';

type HoursApi = ReturnType<AdminApi['hours']['mine']>;

/** Office hours and out of office of an inbox, or one's own. `whose` changes with them. */
export function HoursOf({ whose, api }: { whose: string; api: HoursApi }) {
  const { hours } = useAdmin();
  const { asked, again, put } = useAsked(whose, async (signal) => ({
    settings: await api.get({ signal }),
    presets: await hours.presets({ signal }),
  }));
  return (
    <Loaded asked={asked} what="The office hours" onRetry={again}>
      {({ settings, presets }) => (
        <HoursForm
          api={api}
          settings={settings}
          presets={presets}
          onChanged={(changed) => put({ settings: changed, presets })}
        />
      )}
    </Loaded>
  );
}

interface HoursFormProps {
  api: HoursApi;
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

function HoursForm({ api, settings, presets, onChanged }: HoursFormProps) {
  const [draft, setDraft] = useState({ hours: settings.hours, outOfOffice: settings.outOfOffice });
  const { busy, saved, run, touched, wrong, problem } = useSaving();
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
