import { Page } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { HoursOf } from './hours-form.tsx';

/** One's own office hours and out of office (M9). */
export function AbsencePage() {
  const { hours } = useAdmin();
  return (
    <Page
      title="Out of office"
      lede="Who writes in a conversation that is assigned to you, or to a mailbox of your own, is answered automatically while you are away."
    >
      <HoursOf whose="mine" api={hours.mine()} />
    </Page>
  );
}
