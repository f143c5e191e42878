import { ManagedInbox } from '../managed-inbox.tsx';
import { Page } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { useAdmin } from '../use-admin.ts';
import { HoursOf } from './hours-form.tsx';

/** Office hours, holidays and out of office of an inbox (W5, M9). */
export function HoursPage({ rest }: SettingsPageProps) {
  const { hours } = useAdmin();
  return (
    <Page
      title="Office hours"
      lede="When an inbox is open, and what is answered by itself while nobody is there."
    >
      <ManagedInbox page="hours" rest={rest}>
        {({ id }) => <HoursOf key={id} whose={id} api={hours.ofInbox(id)} />}
      </ManagedInbox>
    </Page>
  );
}
