import { lazy, Suspense } from 'react';
import { Composing } from '../compose/composing.tsx';
import { SavedViews } from '../views/saved-views.tsx';
import { InboxPage } from './inbox-page.tsx';
import { LockNotices } from './lock-notices.tsx';
import { MessageNotices } from './message-notices.tsx';
import { UndoElsewhere } from './undo-elsewhere.tsx';
import { usePath } from './router.ts';

const MailPage = lazy(async () => ({ default: (await import('../mail/mail-page.tsx')).MailPage }));
const ScheduledPage = lazy(async () => ({
  default: (await import('../scheduled/scheduled-page.tsx')).ScheduledPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('../settings/settings-page.tsx')).SettingsPage,
}));

/** Which page of the signed-in the address names. */
export function SignedInPage() {
  const [first] = usePath()
    .split('/')
    .filter((word) => word !== '');
  return (
    <Composing>
      <LockNotices />
      <MessageNotices />
      <UndoElsewhere />
      <SavedViews>
        {first === 'mail' ? (
          <Suspense>
            <MailPage />
          </Suspense>
        ) : first === 'scheduled' ? (
          <Suspense>
            <ScheduledPage />
          </Suspense>
        ) : first === 'settings' ? (
          <Suspense>
            <SettingsPage />
          </Suspense>
        ) : (
          <InboxPage />
        )}
      </SavedViews>
    </Composing>
  );
}
