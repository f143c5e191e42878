import { lazy, Suspense } from 'react';
import { Composing } from '../compose/composing.tsx';
import { InboxPage } from './inbox-page.tsx';
import { LockNotices } from './lock-notices.tsx';
import { usePath } from './router.ts';

const MailPage = lazy(async () => ({ default: (await import('../mail/mail-page.tsx')).MailPage }));

/** Which page of the signed-in the address names. */
export function SignedInPage() {
  const [first] = usePath()
    .split('/')
    .filter((word) => word !== '');
  return (
    <Composing>
      <LockNotices />
      {first === 'mail' ? (
        <Suspense>
          <MailPage />
        </Suspense>
      ) : (
        <InboxPage />
      )}
    </Composing>
  );
}
