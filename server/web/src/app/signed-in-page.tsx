import { Suspense } from 'react';
import { Composing } from '../compose/composing.tsx';
import { News } from '../notifications/news.tsx';
import { SavedViews } from '../views/saved-views.tsx';
import { InboxPage } from './inbox-page.tsx';
import { LockNotices } from './lock-notices.tsx';
import { MessageNotices } from './message-notices.tsx';
import { usePath } from './router.ts';
import { SIGNED_IN_PAGES } from './signed-in-pages.ts';
import { UndoElsewhere } from './undo-elsewhere.tsx';

/** Which page of the signed-in the address names. */
export function SignedInPage() {
  const [first = ''] = usePath()
    .split('/')
    .filter((word) => word !== '');
  const Page = Object.hasOwn(SIGNED_IN_PAGES, first) ? SIGNED_IN_PAGES[first] : undefined;
  return (
    <Composing>
      <LockNotices />
      <MessageNotices />
      <UndoElsewhere />
      <News />
      <SavedViews>
        {Page === undefined ? (
          <InboxPage />
        ) : (
          <Suspense>
            <Page />
          </Suspense>
        )}
      </SavedViews>
    </Composing>
  );
}
