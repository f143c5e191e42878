import type { InboxRecord } from '@latchbox/client/admin';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loaded } from '../loaded.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Foot, Page } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';

/** How long an inbox keeps texts and files (T15). */
export function RetentionPage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Retention"
      lede="How long the texts and files of archived conversations are kept. That there was a conversation, when, and who answered, stays and is counted."
    >
      <ManagedInbox page="retention" rest={rest}>
        {(inbox) => <OfInbox key={inbox.id} inbox={inbox} />}
      </ManagedInbox>
    </Page>
  );
}

function OfInbox({ inbox }: { inbox: InboxRecord }) {
  const { contacts } = useAdmin();
  const { asked, again } = useAsked(inbox.id, (signal) => contacts.retention(inbox.id, { signal }));
  return (
    <Loaded asked={asked} what="The retention" onRetry={again}>
      {(days) => <RetentionForm inbox={inbox} days={days} />}
    </Loaded>
  );
}

function RetentionForm({ inbox, days }: { inbox: InboxRecord; days: number | null }) {
  const { contacts } = useAdmin();
  const [text, setText] = useState(days === null ? '' : String(days));
  const saving = useSaving();
  const wanted = text.trim() === '' ? null : Number(text);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saving.run(() => contacts.setRetention(inbox.id, wanted));
      }}
    >
      <div className="settings-fields">
        <TextField
          label="Days after the last message"
          hint="Empty: they are kept for good. What has gone does not come back."
          inputMode="numeric"
          value={text}
          error={saving.wrong('days')}
          onChange={(event) => {
            saving.touched();
            setText(event.target.value.replaceAll(/\D/g, '').slice(0, 5));
          }}
        />
      </div>
      <Foot saved={saving.saved} problem={saving.problem('days')}>
        <Button look="primary" type="submit" disabled={saving.busy}>
          {saving.busy ? 'Saving…' : 'Save'}
        </Button>
      </Foot>
    </form>
  );
}
